package kant.bench.host;

import java.util.Arrays;

/** Durations in nanoseconds, all kept, for their percentiles. */
public final class Samples {
    private static final int FIRST_CAPACITY = 4096;
    private static final double NANOS_PER_MILLI = 1e6;

    private long[] nanos = new long[FIRST_CAPACITY];
    private int count;
    private boolean sorted;

    public void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = value;
        sorted = false;
    }

    /** Takes all samples of another. */
    public void addAll(Samples other) {
        for (int i = 0; i < other.count; i++) {
            add(other.nanos[i]);
        }
    }

    public int count() {
        return count;
    }

    /** The value below which this share of the samples lies, in milliseconds; 0 where there are none. */
    public double millis(double share) {
        if (count == 0) {
            return 0;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        return nanos[(int) Math.min(count - 1L, (long) (share * count))] / NANOS_PER_MILLI;
    }
}
