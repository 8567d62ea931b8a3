package kant.bench.pending;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.store.Cursor;
import kant.store.Entry;
import kant.store.MessageStore;
import kant.store.StoreConfig;
import kant.store.segment.Durability;
import kant.world.FileDisk;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * The program: {@code fill FOLDER MESSAGES BYTES} appends and dies without closing; {@code drain FOLDER} opens what is there and
 * reads it back. Prints its figures as one line, {@code name=value} with
 * blanks between.
 */
public final class PendingStore {
    static final String FIGURES = "figures ";

    private static final StoreConfig CONFIG = StoreConfig.of(Durability.FSYNC, 4L << 30);
    private static final IdentityId SENDER = IdentityId.module("bench", "sender");
    private static final String ENDPOINT = "bench/sink/in";
    private static final List<Target> TARGETS = List.of(new Target(ENDPOINT, Target.DEFAULT_PRIORITY, Target.FOREVER));
    private static final int UNDER_WAY = 1000;
    private static final int READ_MESSAGES = 256;
    private static final int READ_BYTES = 2 << 20;

    /** For the last checkpoint, after which segments are given back. */
    private static final long SETTLE_NANOS = 2_000_000_000L;

    private static final long LOOK_NANOS = 10_000_000;

    private PendingStore() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[1]);
        if (args[0].equals("fill")) {
            fill(folder, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        } else {
            drain(folder);
        }
    }

    private static void fill(Path folder, int messages, int bytes) throws IOException, InterruptedException {
        MessageStore store = MessageStore.open(CONFIG, new FileDisk(folder), Time.system());
        var room = new Semaphore(UNDER_WAY);
        var failure = new AtomicReference<@Nullable Throwable>();
        long start = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            room.acquire();
            var message = new Message(SENDER, Map.of(), Map.of(), new byte[bytes]);
            var _ = store.append(message, TARGETS).whenComplete((_, failed) -> {
                if (failed != null) {
                    failure.set(failed);
                }
                room.release();
            });
        }
        room.acquire(UNDER_WAY);
        if (failure.get() != null) {
            throw new IOException("a message was refused", failure.get());
        }
        System.out.println(FIGURES + "filled=" + messages + " perSecond=" + perSecond(messages, start));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void drain(Path folder) throws IOException {
        long start = System.nanoTime();
        try (MessageStore store = MessageStore.open(CONFIG, new FileDisk(folder), Time.system())) {
            long openMicros = (System.nanoTime() - start) / 1000;
            Cursor cursor = store.cursor(ENDPOINT);
            long pending = cursor.pending();
            long openHeap = heap();
            long diskBefore = store.stats().bytes();
            long readStart = System.nanoTime();
            long read = 0;
            for (List<Entry> batch = read(cursor); !batch.isEmpty(); batch = read(cursor)) {
                batch.forEach(cursor::delivered);
                read += batch.size();
            }
            long readPerSecond = perSecond(read, readStart);
            long end = System.nanoTime() + SETTLE_NANOS;
            while (store.stats().bytes() > 2 * CONFIG.segmentBytes() && System.nanoTime() < end) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            System.out.println(FIGURES + "pending=" + pending + " openMicros=" + openMicros + " openHeap=" + openHeap
                    + " read="
                    + read + " readPerSecond=" + readPerSecond + " drainedHeap=" + heap() + " diskBefore=" + diskBefore
                    + " diskAfter=" + store.stats().bytes());
        }
    }

    private static List<Entry> read(Cursor cursor) {
        return cursor.read(READ_MESSAGES, READ_BYTES);
    }

    private static long perSecond(long count, long start) {
        return Math.round(count * 1e9 / (System.nanoTime() - start));
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
