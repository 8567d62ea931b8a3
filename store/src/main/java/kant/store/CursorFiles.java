package kant.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import kant.store.segment.NewerFormatException;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where checkpoints are kept: three files, allocated ahead so that a full disk cannot keep messages from being settled. A
 * checkpoint is written at once and synced now and then: the death of the process loses none, a power cut those since the last
 * sync. The file synced last is never written to, and neither is the one written last; hence three.
 *
 * <pre>
 * magic "KCUR" 4 | version 2 | version again 2 (zero in version 1) | crc 4 of all that follows | length 4 of the checkpoint | generation 8 | checkpoint
 * </pre>
 */
final class CursorFiles implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CursorFiles.class);

    private static final int MAGIC = 0x4B435552; // "KCUR"

    /** What is written; everything from {@link #OLDEST_VERSION} on is read. */
    private static final short VERSION = 2;

    private static final short OLDEST_VERSION = 1;

    private static final int HEADER_BYTES = 24;
    private static final int FILES = 3;

    /** Room for some hundred endpoints, or for one with all its messages in flight. */
    private static final int ALLOCATED_BYTES = 64 << 10;

    /** More is damage. */
    private static final int MAX_BYTES = 64 << 20;

    private final Disk.File[] files = new Disk.File[FILES];
    private final @Nullable Checkpoint newest;
    private final boolean damaged;

    private long generation;
    private int written;
    private int synced;

    CursorFiles(Disk disk, String name) throws IOException {
        Checkpoint best = null;
        boolean bytesWithoutSense = false;
        for (int i = 0; i < FILES; i++) {
            files[i] = disk.open(fileName(name, i));
            ByteBuffer content = read(files[i]);
            if (content == null) {
                bytesWithoutSense |= holdsSomething(files[i]);
            } else if (content.getLong(HEADER_BYTES - 8) > generation) {
                generation = content.getLong(HEADER_BYTES - 8);
                written = i;
                synced = i;
                best = Checkpoint.decode(content.position(HEADER_BYTES), content.getShort(4) == OLDEST_VERSION);
            }
            allocate(files[i]);
        }
        disk.sync();
        newest = best;
        damaged = best == null && bytesWithoutSense;
        if (best != null) {
            // It counts as durable from here on, whatever became of the sync of the process that wrote it.
            write(best);
            sync();
        }
    }

    /** Refuses files that a newer program has written; only reads. */
    static void refuseNewer(Disk disk, String name) throws IOException {
        for (int i = 0; i < FILES; i++) {
            String file = fileName(name, i);
            int version = disk.exists(file) ? version(disk, file) : 0;
            if (version > VERSION) {
                throw new NewerFormatException(file, version, VERSION, name);
            }
        }
    }

    private static int version(Disk disk, String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            ByteBuffer content = intact(file);
            // No checksum covers the version, so it must be there twice: a flipped bit is damage and no newer program.
            if (content == null || content.getShort(4) != content.getShort(6)) {
                return 0;
            }
            return Short.toUnsignedInt(content.getShort(4));
        }
    }

    private static String fileName(String name, int number) {
        return name + "-" + number + ".cursors";
    }

    /** The last one; null if there is none that is whole. */
    @Nullable
    Checkpoint newest() {
        return newest;
    }

    /** There was one, and it cannot be read. */
    boolean damaged() {
        return damaged;
    }

    /** Writes a checkpoint: safe from the death of the process, not from a power cut. */
    void write(Checkpoint checkpoint) throws IOException {
        ByteBuffer content = checkpoint.encode();
        var b = ByteBuffer.allocate(HEADER_BYTES + content.remaining());
        b.putInt(MAGIC).putShort(VERSION).putShort(VERSION).putInt(0).putInt(content.remaining());
        b.putLong(generation + 1).put(content).flip();
        b.putInt(8, crc(b));
        int next = neither(written, synced);
        files[next].write(b, 0);
        generation++;
        written = next;
    }

    /** Makes the one written last safe from a power cut. */
    void sync() throws IOException {
        files[written].sync(true);
        synced = written;
    }

    @Override
    public void close() {
        for (Disk.File file : files) {
            try {
                file.close();
            } catch (IOException e) {
                log.atWarn().setCause(e).log("closing a cursor file failed");
            }
        }
    }

    private static int neither(int a, int b) {
        int i = 0;
        while (i == a || i == b) {
            i++;
        }
        return i;
    }

    /** Null if there is no whole checkpoint in the file, of a version that can be read. */
    private static @Nullable ByteBuffer read(Disk.File file) throws IOException {
        ByteBuffer content = intact(file);
        boolean readable = content != null && content.getShort(4) >= OLDEST_VERSION && content.getShort(4) <= VERSION;
        return readable ? content : null;
    }

    /** The same of any version. */
    private static @Nullable ByteBuffer intact(Disk.File file) throws IOException {
        ByteBuffer header = read(file, HEADER_BYTES);
        if (header == null || header.getInt(0) != MAGIC) {
            return null;
        }
        int length = header.getInt(12);
        if (length < 0 || length > MAX_BYTES) {
            return null;
        }
        ByteBuffer whole = read(file, HEADER_BYTES + length);
        return whole == null || whole.getInt(8) != crc(whole) ? null : whole;
    }

    private static @Nullable ByteBuffer read(Disk.File file, int count) throws IOException {
        var b = ByteBuffer.allocate(count);
        while (b.hasRemaining()) {
            if (file.read(b, b.position()) < 0) {
                return null;
            }
        }
        return b.clear();
    }

    private static boolean holdsSomething(Disk.File file) throws IOException {
        ByteBuffer start = read(file, HEADER_BYTES);
        return start != null && start.getLong(HEADER_BYTES - 8) != 0;
    }

    private static void allocate(Disk.File file) throws IOException {
        long size = file.size();
        if (size < ALLOCATED_BYTES) {
            file.write(ByteBuffer.allocate((int) (ALLOCATED_BYTES - size)), size);
            file.sync(true);
        }
    }

    private static int crc(ByteBuffer whole) {
        var crc = new CRC32C();
        crc.update(whole.duplicate().position(12));
        return (int) crc.getValue();
    }
}
