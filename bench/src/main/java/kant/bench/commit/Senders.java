package kant.bench.commit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import kant.bench.host.ProcessUse;
import kant.bench.host.Samples;
import org.jspecify.annotations.Nullable;

/** Many senders, each a virtual thread with one record under way: it sends the next one when that is on disk. */
public final class Senders {
    /** Waits that are kept, one of so many. */
    private static final int SAMPLE_EVERY = 16;

    private static final long END_SECONDS = 30;

    private final Engine engine;
    private final byte[] record;
    private final LongAdder durable = new LongAdder();
    private final List<Samples> waits = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean measuring;
    private volatile boolean stopped;

    private Senders(Engine engine, int recordBytes) {
        this.engine = engine;
        record = new byte[recordBytes];
        for (int i = 0; i < recordBytes; i++) {
            record[i] = (byte) (i * 31);
        }
    }

    /**
     * What came of it.
     *
     * @param perSecond records on disk
     * @param cpuMicros of this process for a record, senders and all
     * @param waiting from handing a record over to its being on disk
     */
    public record Rate(double perSecond, double cpuMicros, Samples waiting) {}

    /** Lets so many senders loose on an engine. */
    public static Rate measure(Engine engine, int senders, int recordBytes, Duration warmUp, Duration measured)
            throws IOException, InterruptedException {
        return new Senders(engine, recordBytes).run(senders, warmUp, measured);
    }

    private Rate run(int senders, Duration warmUp, Duration measured) throws IOException, InterruptedException {
        var process = new ProcessUse(ProcessHandle.current().pid());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < senders; i++) {
            var mine = new Samples();
            waits.add(mine);
            threads.add(Thread.startVirtualThread(() -> send(mine)));
        }
        pass(warmUp);
        measuring = true;
        long before = durable.sum();
        long cpu = process.cpuMicros();
        long start = System.nanoTime();
        pass(measured);
        long count = durable.sum() - before;
        double cpuMicros = (double) (process.cpuMicros() - cpu) / Math.max(1, count);
        double seconds = (System.nanoTime() - start) / 1e9;
        stopped = true;
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofSeconds(END_SECONDS))) {
                throw new IOException("a record was not on disk after " + END_SECONDS + " s");
            }
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("a record was refused: " + failed.getMessage(), failed);
        }
        var waiting = new Samples();
        waits.forEach(waiting::addAll);
        return new Rate(count / seconds, cpuMicros, waiting);
    }

    private void send(Samples mine) {
        try {
            for (int i = 0; !stopped; i++) {
                boolean sampled = measuring && i % SAMPLE_EVERY == 0;
                long start = sampled ? System.nanoTime() : 0;
                engine.append(record).join();
                durable.increment();
                if (sampled) {
                    mine.add(System.nanoTime() - start);
                }
            }
        } catch (CompletionException e) {
            failure.compareAndSet(null, e.getCause());
        }
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
