package kant.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kant.world.Disk;

/** Files in this process only, for {@link kant.store.segment.Durability#MEMORY}. */
final class MemoryDisk implements Disk {
    private final Map<String, MemoryFile> files = new ConcurrentHashMap<>();

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public File open(String name) {
        return files.computeIfAbsent(name, _ -> new MemoryFile());
    }

    @Override
    public boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        MemoryFile file = files.remove(from);
        if (file == null) {
            throw new IOException("no file \"" + from + "\" in memory");
        }
        files.put(to, file);
    }

    @Override
    public void sync() {
        // nothing outlives the process
    }

    @Override
    public long usableBytes() {
        return Long.MAX_VALUE / 2;
    }

    @Override
    public long totalBytes() {
        return Long.MAX_VALUE / 2;
    }

    private static final class MemoryFile implements File {
        private byte[] bytes = new byte[0];

        @Override
        public synchronized int read(ByteBuffer target, long position) {
            if (position >= bytes.length) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), bytes.length - position);
            target.put(bytes, (int) position, count);
            return count;
        }

        @Override
        public synchronized void write(ByteBuffer source, long position) {
            int end = (int) position + source.remaining();
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, end);
            }
            source.get(bytes, (int) position, source.remaining());
        }

        @Override
        public void sync(boolean metadata) {
            // nothing outlives the process
        }

        @Override
        public synchronized long size() {
            return bytes.length;
        }

        @Override
        public synchronized void truncate(long size) {
            bytes = Arrays.copyOf(bytes, (int) size);
        }

        @Override
        public void close() {
            // the content stays until it is deleted
        }
    }
}
