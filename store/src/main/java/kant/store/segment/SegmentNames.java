package kant.store.segment;

import java.util.OptionalLong;

/** Names of a log's files: {@code <log>-<number in 16 hex digits>.segment}, numbers never used twice while a log lives. */
record SegmentNames(String logName) {
    private static final String SUFFIX = ".segment";
    private static final int DIGITS = 16;

    String of(long number) {
        return logName + "-" + "%016x".formatted(number) + SUFFIX;
    }

    OptionalLong number(String fileName) {
        String prefix = logName + "-";
        if (fileName.length() != prefix.length() + DIGITS + SUFFIX.length()
                || !fileName.startsWith(prefix)
                || !fileName.endsWith(SUFFIX)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(fileName, prefix.length(), prefix.length() + DIGITS, 16));
        } catch (NumberFormatException _) {
            return OptionalLong.empty(); // somebody else's file
        }
    }
}
