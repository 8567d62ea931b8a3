package kant.upstream.budget;

import java.util.OptionalLong;

/**
 * What may go up to the parent.
 *
 * @param bytesPerSecond bytes on the wire, TLS and all control traffic included; empty for no bound
 * @param quiet when telemetry waits
 */
public record UpstreamLimits(OptionalLong bytesPerSecond, QuietHours quiet) {
    public static final UpstreamLimits NONE = new UpstreamLimits(OptionalLong.empty(), QuietHours.NONE);

    /** More than any link carries; it keeps sums far from overflow. */
    public static final long MOST_BYTES_PER_SECOND = 1L << 40;

    public UpstreamLimits {
        long rate = bytesPerSecond.orElse(1);
        if (rate < 1 || rate > MOST_BYTES_PER_SECOND) {
            throw new IllegalArgumentException(
                    "bytesPerSecond is " + rate + ", not a whole number from 1 to " + MOST_BYTES_PER_SECOND);
        }
    }

    /** Whether there is any. */
    public boolean any() {
        return bytesPerSecond.isPresent() || !quiet.windows().isEmpty();
    }
}
