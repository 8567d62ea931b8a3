package kant.testkit.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import kant.world.Disk;

/**
 * A disk in memory that misbehaves on purpose and by a seed.
 *
 * <p>What a power cut takes: of the sectors written since the last sync of their file each one is kept or lost by chance, one
 * sector never in part; of the changes to the directory since its last sync a random number of the newest is undone. Blocks count against the capacity once they are written.
 */
public final class SimDisk implements Disk {
    static final int SECTOR = 512;

    private final SplittableRandom random;
    private final List<Map<String, SimFile>> directories = new ArrayList<>(List.of(new HashMap<>()));
    private long capacityBytes = Long.MAX_VALUE / 2;
    private long quotaBytes = Long.MAX_VALUE / 2;
    private int generation;
    private int failingWrites;
    private int failingSyncs;
    private boolean failingReads;
    private final Set<String> claimed = new HashSet<>();
    private long syncs;

    public SimDisk(SplittableRandom random) {
        this.random = random;
    }

    // -- misbehaviour ---------------------------------------------------------------------------------------------

    /** The volume holds this much and no more; what is over it already stays. */
    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /** As {@link #capacity}, but {@link #usableBytes} does not tell: a quota, or somebody else who writes. */
    public synchronized void quota(long bytes) {
        quotaBytes = bytes;
    }

    /** The next writes fail, some after part of their bytes. */
    public synchronized void failWrites(int count) {
        failingWrites = count;
    }

    /** The next syncs fail; what they should have saved is kept or lost by chance at once, and never written again. */
    public synchronized void failSyncs(int count) {
        failingSyncs = count;
    }

    /** All reads fail until told otherwise. */
    public synchronized void failReads(boolean fail) {
        failingReads = fail;
    }

    /** A bad spot: reads of this range of a file fail for good. */
    public synchronized void badSpot(String name, long from, long to) throws IOException {
        file(name).badSpot((int) from, (int) to);
    }

    /** Power cut and reboot: open files are dead, what was not synced is kept or lost by chance. */
    public synchronized void crash() {
        Map<String, SimFile> survivor = directories.get(random.nextInt(directories.size()));
        directories.clear();
        directories.add(survivor);
        survivor.values().forEach(f -> f.settle(random));
        reboot();
    }

    /** The process dies, the machine does not: open files are dead, nothing is lost. */
    public synchronized void kill() {
        reboot();
    }

    /** Changes one bit of a file. */
    public synchronized void flipBit(String name, long offset, int bit) throws IOException {
        file(name).flip((int) offset, bit);
    }

    /** Overwrites part of a file, durably. */
    public synchronized void damage(String name, long offset, byte[] bytes) throws IOException {
        SimFile file = file(name);
        file.write(ByteBuffer.wrap(bytes), (int) offset);
        file.sync();
    }

    /** The bytes of a file as a process would see them now. */
    public synchronized byte[] content(String name) throws IOException {
        return file(name).copy();
    }

    /** How many syncs of files have succeeded. */
    public synchronized long syncs() {
        return syncs;
    }

    public synchronized long usedBytes() {
        return live().values().stream().mapToLong(SimFile::size).sum();
    }

    // -- Disk -----------------------------------------------------------------------------------------------------

    @Override
    public synchronized List<String> list() {
        return live().keySet().stream().sorted().toList();
    }

    @Override
    public synchronized File open(String name) throws IOException {
        SimFile file = live().get(name);
        if (file == null) {
            file = new SimFile();
            change().put(name, file);
        }
        return new Handle(file, generation);
    }

    @Override
    public synchronized boolean exists(String name) {
        return live().containsKey(name);
    }

    @Override
    public synchronized void delete(String name) {
        if (live().containsKey(name)) {
            change().remove(name);
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        SimFile file = file(from);
        Map<String, SimFile> next = change();
        next.remove(from);
        next.put(to, file);
    }

    @Override
    public synchronized void sync() throws IOException {
        if (failingSyncs > 0) {
            failingSyncs--;
            throw new IOException("Input/output error (simulated)");
        }
        Map<String, SimFile> now = live();
        directories.clear();
        directories.add(now);
    }

    @Override
    public synchronized long usableBytes() {
        return Math.max(0, capacityBytes - usedBytes());
    }

    @Override
    public synchronized long totalBytes() {
        return capacityBytes;
    }

    @Override
    public synchronized AutoCloseable claim(String name) throws IOException {
        if (!claimed.add(name)) {
            throw new IOException("\"" + name + "\" on the simulated disk is in use");
        }
        int mine = generation;
        return () -> release(name, mine);
    }

    private synchronized void release(String name, int born) {
        if (born == generation) {
            claimed.remove(name);
        }
    }

    private void reboot() {
        generation++;
        failingWrites = 0;
        failingSyncs = 0;
        failingReads = false;
        claimed.clear();
    }

    private Map<String, SimFile> live() {
        return directories.getLast();
    }

    /** The directory after one more change that a power cut may undo. */
    private Map<String, SimFile> change() {
        directories.add(new HashMap<>(live()));
        return live();
    }

    private SimFile file(String name) throws IOException {
        SimFile file = live().get(name);
        if (file == null) {
            throw new IOException("no such file: " + name);
        }
        return file;
    }

    private final class Handle implements File {
        private final SimFile file;
        private final int born;
        private boolean closed;

        Handle(SimFile file, int born) {
            this.file = file;
            this.born = born;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (SimDisk.this) {
                alive();
                if (failingReads || file.bad((int) position, target.remaining())) {
                    throw new IOException("Input/output error (simulated)");
                }
                return file.read(target, (int) position);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (SimDisk.this) {
                alive();
                if (failingWrites > 0) {
                    failingWrites--;
                    source.limit(source.position() + random.nextInt(source.remaining() + 1));
                    file.write(source, (int) position);
                    throw new IOException("Input/output error (simulated)");
                }
                long growth = Math.max(0, position + source.remaining() - file.size());
                if (growth > Math.min(usableBytes(), quotaBytes - usedBytes())) {
                    throw new IOException("No space left on device (simulated)");
                }
                file.write(source, (int) position);
            }
        }

        @Override
        public void sync(boolean metadata) throws IOException {
            synchronized (SimDisk.this) {
                alive();
                if (failingSyncs > 0) {
                    failingSyncs--;
                    file.settleKeepingCache(random);
                    throw new IOException("Input/output error (simulated)");
                }
                file.sync();
                syncs++;
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimDisk.this) {
                alive();
                return file.size();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimDisk.this) {
                alive();
                file.truncate((int) size);
            }
        }

        @Override
        public void close() {
            closed = true;
        }

        private void alive() throws IOException {
            if (closed || born != generation) {
                throw new ClosedChannelException();
            }
        }
    }
}
