package kant.testkit.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import kant.testkit.sim.SimFaults.Call;
import kant.world.Disk;

/**
 * A disk in memory that misbehaves on purpose and by a seed.
 *
 * <p>What a power cut takes: of each sector written since the last sync of its file chance decides which of its contents since
 * then is there, one sector never in part; of the changes to the directory since its last sync the newest are undone, or any (see
 * {@link SimDirectory}). Blocks count against the capacity once they are written.
 */
public final class SimDisk implements Disk {
    static final int SECTOR = 512;

    private final SplittableRandom random;
    private final SimFaults faults;
    private final SimDirectory directory = new SimDirectory();
    private long capacityBytes = Long.MAX_VALUE / 2;
    private long quotaBytes = Long.MAX_VALUE / 2;
    private int generation;
    private final Set<String> claimed = new HashSet<>();
    private long syncs;

    public SimDisk(SplittableRandom random) {
        this.random = random;
        faults = new SimFaults(random);
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
        faults.writes(count);
    }

    /** The next syncs fail; what they should have saved is kept or lost by chance at once, and never written again. */
    public synchronized void failSyncs(int count) {
        faults.syncs(count);
    }

    /** All reads fail until told otherwise. */
    public synchronized void failReads(boolean fail) {
        faults.reads(fail);
    }

    /**
     * From now on each call but a read fails by this chance, with EIO or ENOSPC. (A place that cannot be read while others can is
     * damage, not a passing trouble: {@link #badSpot}.)
     */
    public synchronized void failByChance(double ofEachCall) {
        faults.chance(ofEachCall);
    }

    /** The power goes so many calls from now: none succeeds from then on, and {@link #crash} says what is left. */
    public synchronized void powerFailsAfter(long calls) {
        faults.endAfter(calls);
    }

    /** Whether {@link #powerFailsAfter} has come true. */
    public synchronized boolean powerFailed() {
        return faults.ended();
    }

    /** All calls succeed again, as far as there is space. */
    public synchronized void works() {
        faults.none();
    }

    /** A bad spot: reads of this range of a file fail for good. */
    public synchronized void badSpot(String name, long from, long to) throws IOException {
        file(name).badSpot((int) from, (int) to);
    }

    /** Power cut and reboot: open files are dead, what was not synced is kept or lost by chance. */
    public synchronized void crash() {
        directory.settle(random);
        new TreeMap<>(live()).values().forEach(f -> f.settle(random)); // sorted: a seed must give the same disk
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

    /** The files that are there, whatever fails. */
    public synchronized List<String> names() {
        return live().keySet().stream().sorted().toList();
    }

    /** Somebody else deletes a file, for good. */
    public synchronized void lose(String name) {
        directory.delete(name);
        directory.sync();
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
    public synchronized List<String> list() throws IOException {
        faults.check(Call.OTHER);
        return names();
    }

    @Override
    public synchronized File open(String name) throws IOException {
        faults.check(Call.OTHER);
        SimFile file = live().get(name);
        if (file == null) {
            file = new SimFile();
            directory.create(name, file);
        }
        return new Handle(file, generation);
    }

    @Override
    public synchronized boolean exists(String name) throws IOException {
        faults.check(Call.OTHER);
        return live().containsKey(name);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        faults.check(Call.OTHER);
        directory.delete(name);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        faults.check(Call.OTHER);
        file(from);
        directory.rename(from, to);
    }

    @Override
    public synchronized void sync() throws IOException {
        faults.check(Call.SYNC);
        directory.sync();
    }

    @Override
    public synchronized long usableBytes() throws IOException {
        faults.check(Call.OTHER);
        return free();
    }

    @Override
    public synchronized long totalBytes() throws IOException {
        faults.check(Call.OTHER);
        return capacityBytes;
    }

    @Override
    public synchronized AutoCloseable claim(String name) throws IOException {
        faults.check(Call.OTHER);
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
        faults.none();
        claimed.clear();
    }

    private Map<String, SimFile> live() {
        return directory.names();
    }

    private long free() {
        return Math.max(0, capacityBytes - usedBytes());
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
                faults.check(Call.READ);
                if (file.bad((int) position, target.remaining())) {
                    throw faults.failure(Call.READ);
                }
                return file.read(target, (int) position);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (SimDisk.this) {
                alive();
                boolean dead = faults.ended();
                if (faults.hit(Call.WRITE)) {
                    if (!dead) {
                        source.limit(source.position() + random.nextInt(source.remaining() + 1));
                        file.write(source, (int) position);
                    }
                    throw faults.failure(Call.WRITE);
                }
                long growth = Math.max(0, position + source.remaining() - file.size());
                if (growth > Math.min(free(), quotaBytes - usedBytes())) {
                    throw new IOException("No space left on device (simulated)");
                }
                file.write(source, (int) position);
            }
        }

        @Override
        public void sync(boolean metadata) throws IOException {
            synchronized (SimDisk.this) {
                alive();
                boolean dead = faults.ended();
                if (faults.hit(Call.SYNC)) {
                    if (!dead) {
                        file.settleKeepingCache(random);
                    }
                    throw faults.failure(Call.SYNC);
                }
                file.sync();
                syncs++;
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimDisk.this) {
                alive();
                faults.check(Call.OTHER);
                return file.size();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimDisk.this) {
                alive();
                faults.check(Call.OTHER);
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
