package kant.store.segment;

/** One record as it was appended, under the number the log gave it: 1 for the first, then without gaps. */
public record LogRecord(long sequence, byte[] bytes) {}
