package kant.store.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import kant.store.segment.Durability;
import kant.store.segment.LogConfig;
import kant.store.segment.LogFullException;
import kant.store.segment.LogScanner;
import kant.store.segment.Segment;
import kant.store.segment.SegmentLog;
import kant.store.segment.WhenFull;
import kant.world.Disk;
import kant.world.Randomness;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small map from text to bytes, whole in memory, durable when a change returns. Safe for any thread; a change blocks for a sync
 * of the disk.
 *
 * <p>On disk it is a segmented log of changes, the last one of a key counts. When the log has grown to twice what is in the map,
 * the oldest segment's live entries are written again at the end and the segment is freed. The next segment is always allocated
 * ahead, and where the volume has no room for another one, the oldest one makes room earlier: so values go on changing on a full
 * volume, and only more of them need more room.
 */
public final class KeyedState implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(KeyedState.class);

    /** Keys and values together. */
    public static final long MAX_BYTES = 16L << 20;

    /** One value, in bytes. */
    public static final int MAX_VALUE_BYTES = 512 << 10;

    /** One key, in bytes of UTF-8. */
    public static final int MAX_KEY_BYTES = 1024;

    private static final long SEGMENT_BYTES = 1L << 20;

    /** With the map at its bound: twice its bytes, what segments leave unused at their ends, the active one and the next. */
    private static final long MAX_LOG_BYTES = 4 * MAX_BYTES;

    /** Of a record beyond its key and value, at most. */
    private static final int RECORD_OVERHEAD_BYTES = 32;

    private static final byte[] NO_SUMMARY = {};
    private static final byte PUT = 1;
    private static final byte REMOVE = 2;

    private final SegmentLog log;
    private final Disk disk;
    private final AutoCloseable claim;
    private final ConcurrentNavigableMap<String, Value> values = new ConcurrentSkipListMap<>();

    /** Guards the log and {@link #liveBytes}; reading the map needs no lock. */
    private final ReentrantLock changing = new ReentrantLock();

    private long liveBytes;
    private boolean closed;

    /** The last change failed: it may be on the disk all the same, until another one is written in its place. */
    private boolean unsure;

    /** The file of a segment that was freed may still be there after a power cut. */
    private boolean freedMayReturn;

    private record Value(byte[] bytes, long sequence) {}

    private KeyedState(SegmentLog log, Disk disk, AutoCloseable claim) {
        this.log = log;
        this.disk = disk;
        this.claim = claim;
    }

    /** Opens or creates the state of a name; its files begin with it, and are this process's alone. */
    public static KeyedState open(Disk disk, String name) throws IOException {
        return open(disk, name, Time.system(), Randomness.secure());
    }

    /** The same in a simulated world. */
    public static KeyedState open(Disk disk, String name, Time time, Randomness randomness) throws IOException {
        var config = new LogConfig(name, Durability.FSYNC, MAX_LOG_BYTES, SEGMENT_BYTES, WhenFull.REFUSE, 0);
        AutoCloseable claim = disk.claim(name);
        try {
            SegmentLog log = SegmentLog.open(disk, time, randomness, config, 1, (_, _, _) -> {});
            var opened = new KeyedState(log, disk, claim);
            opened.replay();
            return opened;
        } catch (IOException | RuntimeException e) {
            closeQuietly(claim);
            throw e;
        }
    }

    private void replay() throws IOException {
        try (LogScanner scanner = log.scanner()) {
            while (scanner.next(_ -> false)) {
                apply(scanner.payload(), scanner.sequence());
            }
        }
        for (byte[] stray : log.strays()) {
            ByteBuffer b = ByteBuffer.wrap(stray);
            byte kind = b.get();
            String key = key(b);
            var value = new byte[b.remaining()];
            b.get(value);
            apply(ByteBuffer.wrap(stray), write(kind, key, value));
        }
        values.forEach((key, value) -> liveBytes += weight(key, value.bytes));
        log.prepareWhole();
    }

    private void apply(ByteBuffer b, long sequence) {
        byte kind = b.get();
        String key = key(b);
        if (kind == PUT) {
            var bytes = new byte[b.remaining()];
            b.get(bytes);
            values.put(key, new Value(bytes, sequence));
        } else {
            values.remove(key);
        }
    }

    /** The value of a key; a copy. */
    public Optional<byte[]> get(String key) {
        Value value = values.get(key);
        return value == null ? Optional.empty() : Optional.of(value.bytes.clone());
    }

    /** The keys that begin with a prefix, in order, at this moment. */
    public Set<String> keys(String prefix) {
        return new TreeSet<>(
                values.tailMap(prefix).headMap(prefix + Character.MAX_VALUE).keySet());
    }

    /**
     * Sets a value; durable when it returns. If it throws, the old value stays, or, after a power cut, either of the two.
     *
     * @throws IOException if the disk fails or is full, or the state's own bound is reached
     */
    public void put(String key, byte[] value) throws IOException {
        check(key, value);
        changing.lock();
        try {
            Value old = values.get(key);
            long after = liveBytes + weight(key, value) - (old == null ? 0 : weight(key, old.bytes));
            if (after > MAX_BYTES) {
                throw new IOException("the state would have " + after + " bytes with \"" + key + "\", and " + MAX_BYTES
                        + " is its bound; remove something first");
            }
            byte[] copy = value.clone();
            values.put(key, new Value(copy, write(PUT, key, copy)));
            liveBytes = after;
            clean();
        } finally {
            changing.unlock();
        }
    }

    /** Removes a key if it is there; durable when it returns. */
    public void remove(String key) throws IOException {
        changing.lock();
        try {
            Value old = values.get(key);
            if (old == null && !unsure) {
                return;
            }
            write(REMOVE, key, new byte[0]);
            values.remove(key);
            liveBytes -= old == null ? 0 : weight(key, old.bytes);
            clean();
        } finally {
            changing.unlock();
        }
    }

    /** Damaged places found since it was opened; values in them are older than they were, or gone. */
    public long damage() {
        return log.damage();
    }

    @Override
    public void close() {
        changing.lock();
        try {
            if (!closed) {
                closed = true;
                log.close();
                closeQuietly(claim);
            }
        } finally {
            changing.unlock();
        }
    }

    private long write(byte kind, String key, byte[] value) throws IOException {
        unsure = true;
        long sequence = add(kind, key, value);
        log.commit();
        unsure = false;
        return sequence;
    }

    /** Adds a change to the group under way. */
    private long add(byte kind, String key, byte[] value) throws IOException {
        if (closed) {
            throw new IOException("the state is closed");
        }
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        int size = 3 + name.length + value.length;
        if (log.room(size) != SegmentLog.Room.ENOUGH) {
            log.commit();
        }
        try {
            if (log.room(size) != SegmentLog.Room.ENOUGH) {
                log.roll(NO_SUMMARY);
            }
        } catch (LogFullException e) {
            throw new IOException("the state cannot be written: " + e.getMessage(), e);
        }
        log.begin().put(kind).putShort((short) name.length).put(name).put(value);
        return log.end();
    }

    /** Failing to clean is no failure of the change that led to it: the next one tries again. */
    private void clean() {
        log.prepareWhole();
        try {
            letGoOfFreed();
            while (wasteful() || cramped()) {
                Segment oldest = log.segments().getFirst();
                values.putAll(writeAgain(oldest));
                freedMayReturn = true;
                boolean freed = log.free(oldest);
                if (!freed) {
                    throw new IllegalStateException("the oldest segment has none before it");
                }
                letGoOfFreed();
            }
        } catch (IOException e) {
            logger.atWarn().setCause(e).log("the state's log could not be cleaned, it grows meanwhile");
        }
    }

    /** No other one is freed before: one that came back alone would bring back what was removed in the next. */
    private void letGoOfFreed() throws IOException {
        if (!freedMayReturn) {
            return;
        }
        if (log.undeleted()) {
            throw new IOException("the file of a segment that is not needed any more cannot be deleted");
        }
        disk.sync();
        freedMayReturn = false;
    }

    private Map<String, Value> writeAgain(Segment oldest) throws IOException {
        var moved = new HashMap<String, Value>();
        for (var e : values.entrySet()) {
            byte[] bytes = e.getValue().bytes;
            if (e.getValue().sequence < oldest.endSequence()) {
                moved.put(e.getKey(), new Value(bytes, add(PUT, e.getKey(), bytes)));
            }
        }
        log.commit();
        return moved;
    }

    /** The volume gives no next segment, and the oldest one's live entries have room in the one being written to. */
    private boolean cramped() {
        List<Segment> all = log.segments();
        if (log.nextReady() || all.size() < 2 || !all.getFirst().sealed()) {
            return false;
        }
        long live = values.entrySet().stream()
                .filter(e -> e.getValue().sequence < all.getFirst().endSequence())
                .mapToLong(e -> weight(e.getKey(), e.getValue().bytes) + RECORD_OVERHEAD_BYTES)
                .sum();
        return live < SEGMENT_BYTES / 2 && log.room((int) live) == SegmentLog.Room.ENOUGH;
    }

    /** More than two segments beside the active one and twice the map's bytes. */
    private boolean wasteful() {
        int sealed = log.segments().size() - 1;
        return sealed > 2
                && sealed * SEGMENT_BYTES > 2 * liveBytes
                && log.segments().getFirst().sealed();
    }

    private static void check(String key, byte[] value) {
        int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (keyBytes == 0 || keyBytes > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("key \"" + key + "\" is not 1 to " + MAX_KEY_BYTES + " bytes long");
        }
        if (value.length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("value of \"" + key + "\" has " + value.length + " bytes, at most "
                    + MAX_VALUE_BYTES + " are kept");
        }
    }

    private static String key(ByteBuffer b) {
        var name = new byte[b.getShort()];
        b.get(name);
        return new String(name, StandardCharsets.UTF_8);
    }

    private static long weight(String key, byte[] value) {
        return 2L * key.length() + value.length;
    }

    private static void closeQuietly(AutoCloseable claim) {
        try {
            claim.close();
        } catch (Exception e) {
            logger.atWarn().setCause(e).log("releasing the state's files failed");
        }
    }
}
