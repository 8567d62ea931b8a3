package kant.edgeagent.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.world.Disk;

/** Files in memory; can be full. */
public final class SimDisk implements Disk {
    private final Map<String, byte[]> files = new HashMap<>();
    private boolean full;
    private int writes;

    public void full(boolean isFull) {
        full = isFull;
    }

    public void put(String name, byte[] content) {
        files.put(name, content);
    }

    /** How many times something was written. */
    public int writes() {
        return writes;
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public File open(String name) {
        files.putIfAbsent(name, new byte[0]);
        return new SimFile(name);
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
    public void rename(String from, String to) {
        files.put(to, files.remove(from));
    }

    @Override
    public void sync() {}

    @Override
    public long usableBytes() {
        return full ? 0 : 1 << 20;
    }

    @Override
    public long totalBytes() {
        return 1 << 20;
    }

    private final class SimFile implements File {
        private final String name;

        SimFile(String name) {
            this.name = name;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            byte[] bytes = files.get(name);
            int count = Math.min(target.remaining(), bytes.length - (int) position);
            if (count <= 0) {
                return -1;
            }
            target.put(bytes, (int) position, count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            writes++;
            int end = (int) position + source.remaining();
            byte[] bytes = Arrays.copyOf(files.get(name), Math.max(end, files.get(name).length));
            source.get(bytes, (int) position, source.remaining());
            files.put(name, bytes);
        }

        @Override
        public void sync(boolean metadata) {}

        @Override
        public long size() {
            return files.get(name).length;
        }

        @Override
        public void truncate(long size) {
            files.put(name, Arrays.copyOf(files.get(name), (int) Math.min(size, files.get(name).length)));
        }

        @Override
        public void close() {}
    }
}
