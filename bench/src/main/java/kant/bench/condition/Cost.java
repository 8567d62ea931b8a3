package kant.bench.condition;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What one asking costs.
 *
 * @param cpuNanos of this thread, so that what else runs on the machine counts for nothing
 * @param bytes allocated
 */
public record Cost(double cpuNanos, double bytes) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** How often the clock is not looked at. */
    private static final int AT_ONCE = 10_000;

    /** Asks for so much CPU time. */
    public static Cost measure(BooleanSupplier question, Duration cpu) {
        long thread = Thread.currentThread().threadId();
        long bytesBefore = THREADS.getThreadAllocatedBytes(thread);
        long before = THREADS.getCurrentThreadCpuTime();
        long asked = 0;
        long held = 0;
        long spent = 0;
        while (spent < cpu.toNanos()) {
            for (int i = 0; i < AT_ONCE; i++) {
                held += question.getAsBoolean() ? 1 : 0;
            }
            asked += AT_ONCE;
            spent = THREADS.getCurrentThreadCpuTime() - before;
        }
        if (held != asked) {
            throw new IllegalStateException("a condition that should hold did not, " + held + " of " + asked);
        }
        return new Cost(
                (double) spent / asked, (double) (THREADS.getThreadAllocatedBytes(thread) - bytesBefore) / asked);
    }

    /** On one core. */
    public double perSecond() {
        return 1e9 / cpuNanos;
    }
}
