package kant.edgedaemon.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import kant.world.Disk;

/**
 * Small files of one folder that are either there whole or not at all, also after a power cut: written under another name, synced,
 * renamed, and the folder synced. Mode 0600 in a folder of mode 0700 (see {@link kant.world.FileDisk}).
 */
public final class PrivateFiles {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final String UNFINISHED = ".new";

    private final Disk disk;

    public PrivateFiles(Disk disk) {
        this.disk = disk;
    }

    /** The file's bytes; empty where there is no such file. */
    public synchronized Optional<byte[]> read(String name) throws IOException {
        if (!disk.exists(name)) {
            return Optional.empty();
        }
        try (Disk.File file = disk.open(name)) {
            long size = file.size();
            if (size > MAX_BYTES) {
                throw new IOException("file \"" + name + "\" has " + size + " bytes, more than ours ever have");
            }
            var bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining()) {
                if (file.read(bytes, bytes.position()) < 0) {
                    throw new EOFException("file \"" + name + "\" shrank while it was read");
                }
            }
            return Optional.of(bytes.array());
        }
    }

    /** Replaces the file; when this returns it is durable. */
    public synchronized void write(String name, byte[] bytes) throws IOException {
        try (Disk.File file = disk.open(name + UNFINISHED)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(bytes), 0);
            file.sync(true);
        }
        disk.rename(name + UNFINISHED, name);
        disk.sync();
    }

    /** Removes the file; absent is fine. */
    public synchronized void delete(String name) throws IOException {
        disk.delete(name);
        disk.sync();
    }
}
