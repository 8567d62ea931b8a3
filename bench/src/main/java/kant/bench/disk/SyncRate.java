package kant.bench.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import kant.bench.host.Samples;

/**
 * The rate of one write followed by fdatasync, one at a time.
 *
 * @param perSecond syncs per second
 * @param latency of write and sync together, in microseconds
 */
public record SyncRate(double perSecond, Samples latency) {
    /** Small enough for a small disk: a file that grows begins anew at this size, one that is overwritten has it. */
    private static final long FILE_BYTES = 64 << 20;

    /** How the file looks before the write. */
    public enum Shape {
        /** Each write makes the file longer: the file system's journal takes part. */
        APPEND,
        /** Each write goes to blocks that exist. */
        OVERWRITE
    }

    /** Writes blocks to a file in the folder for a time. */
    public static SyncRate measure(Path folder, Shape shape, int blockBytes, Duration time) throws IOException {
        Path file = Files.createTempFile(folder, "fsync", ".bin");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (shape == Shape.OVERWRITE) {
                fill(channel);
            }
            return measure(channel, shape, blockBytes, time);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static SyncRate measure(FileChannel channel, Shape shape, int blockBytes, Duration time)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(blockBytes);
        var latency = new Samples();
        long position = 0;
        long start = System.nanoTime();
        long end = start + time.toNanos();
        long before = start;
        while (before < end) {
            block.rewind();
            channel.write(block, position);
            channel.force(false);
            position += blockBytes;
            if (position + blockBytes > FILE_BYTES) {
                position = 0;
                if (shape == Shape.APPEND) {
                    channel.truncate(0);
                }
            }
            long now = System.nanoTime();
            latency.add(now - before);
            before = now;
        }
        return new SyncRate(latency.count() * 1e9 / (before - start), latency);
    }

    private static void fill(FileChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
        for (long at = 0; at < FILE_BYTES; at += chunk.capacity()) {
            chunk.rewind();
            channel.write(chunk, at);
        }
        channel.force(true);
    }
}
