package kant.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that will be the next segment, its blocks allocated ahead: a file whose blocks exist syncs about 1.7 times as often
 * as a growing one. It is a freed segment under a new name, or a new file filled with zeros, slice by slice between groups, each
 * slice synced, so that no group waits for all of it.
 */
final class Spare {
    private static final Logger log = LoggerFactory.getLogger(Spare.class);

    /** The least that is written and synced at once: about a third of a millisecond. */
    private static final int SLICE_BYTES = 256 << 10;

    private final Disk disk;
    private final SegmentNames names;
    private final Leftovers leftovers;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(64 << 10);

    private @Nullable String name;
    private Disk.@Nullable File file;
    private long number;
    private long fileBytes;
    private long filled;
    private boolean linked;

    Spare(Disk disk, SegmentNames names, Leftovers leftovers) {
        this.disk = disk;
        this.names = names;
        this.leftovers = leftovers;
    }

    boolean exists() {
        return name != null;
    }

    boolean ready() {
        return name != null && filled == fileBytes && linked;
    }

    /** How much of it has its blocks. */
    long filledBytes() {
        return filled;
    }

    /** What it takes, or will, on the disk. */
    long bytes() {
        return name == null ? 0 : fileBytes;
    }

    long number() {
        return number;
    }

    long fileBytes() {
        return fileBytes;
    }

    /** Begins a new file; {@link #fill} goes on. */
    void begin(long newNumber, long bytes) throws IOException {
        claim(names.of(newNumber), newNumber, bytes);
    }

    /** Takes a file that is there already, as found when the log was opened. */
    void adopt(long itsNumber, long bytes) throws IOException {
        claim(names.of(itsNumber), itsNumber, bytes);
        filled = bytes;
    }

    /** Renames a freed segment into the next one; its old records do not count under the new salt. */
    void recycle(Segment freed, long newNumber) throws IOException {
        disk.rename(freed.fileName(), names.of(newNumber));
        try {
            adopt(newNumber, freed.fileBytes());
        } catch (IOException e) {
            leftovers.delete(names.of(newNumber), freed.fileBytes());
            throw e;
        }
    }

    /** Writes one more slice, or as many as it takes to have this much, and syncs them together; true if there is more to do. */
    boolean fill(long atLeastBytes) throws IOException {
        Disk.File f = Objects.requireNonNull(file);
        if (filled < fileBytes) {
            long end = Math.min(fileBytes, Math.max(filled + SLICE_BYTES, atLeastBytes));
            for (long at = filled; at < end; ) {
                int count = (int) Math.min(zeros.capacity(), end - at);
                f.write(zeros.clear().limit(count), at);
                at += count;
            }
            f.sync(true);
            filled = end;
        }
        if (filled == fileBytes && !linked) {
            disk.sync();
            linked = true;
        }
        return !ready();
    }

    /** Hands the open file over; there is no spare any more. */
    Disk.File take() {
        if (!ready()) {
            throw new IllegalStateException("the spare segment is not ready");
        }
        Disk.File taken = Objects.requireNonNull(file);
        name = null;
        file = null;
        return taken;
    }

    /** Gives it up and its space back. */
    void drop() {
        String dropped = name;
        close();
        if (dropped != null) {
            leftovers.delete(dropped, fileBytes);
        }
    }

    void close() {
        Disk.File f = file;
        name = null;
        file = null;
        if (f != null) {
            try {
                f.close();
            } catch (IOException e) {
                log.atWarn().setCause(e).log("closing a spare segment failed");
            }
        }
    }

    private void claim(String newName, long newNumber, long bytes) throws IOException {
        file = disk.open(newName);
        name = newName;
        number = newNumber;
        fileBytes = bytes;
        filled = 0;
        linked = false;
    }
}
