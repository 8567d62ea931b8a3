package kant.testkit.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A file as its process sees it, and what of it is on the platter. Guarded by its {@link SimDisk}. */
final class SimFile {
    /** Of one sector between two syncs; a disk that reorders further than that is not more surprising. */
    private static final int MOST_CONTENTS = 8;

    private byte[] bytes = new byte[0];
    private int size;
    private int durableSize;

    /** What each sector that was changed since the last sync has held since, the durable content first, without the present one. */
    private final TreeMap<Integer, List<byte[]>> before = new TreeMap<>();

    /** The durable content of each sector that a failed sync has lost, though the process still sees what it wrote. */
    private final TreeMap<Integer, byte[]> lost = new TreeMap<>();

    private int badFrom;
    private int badTo;

    void badSpot(int from, int to) {
        badFrom = from;
        badTo = to;
    }

    boolean bad(int position, int count) {
        return position < badTo && position + count > badFrom;
    }

    int size() {
        return size;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    int read(ByteBuffer target, int position) {
        if (position >= size) {
            return -1;
        }
        int count = Math.min(target.remaining(), size - position);
        target.put(bytes, position, count);
        return count;
    }

    void write(ByteBuffer source, int position) {
        int count = source.remaining();
        if (count == 0) {
            return;
        }
        int end = position + count;
        remember(position, end);
        grow(end);
        source.get(bytes, position, count);
        size = Math.max(size, end);
    }

    void truncate(int to) {
        if (to < size) {
            remember(to, size);
            Arrays.fill(bytes, to, size, (byte) 0);
            size = to;
        }
    }

    void flip(int offset, int bit) {
        bytes[offset] ^= (byte) (1 << bit);
    }

    void sync() {
        before.clear();
        durableSize = size;
    }

    /** A power cut: chance decides which content of each changed sector is there, and whether the new length is. */
    void settle(SplittableRandom random) {
        before.values().removeIf(_ -> random.nextBoolean());
        before.forEach((sector, contents) -> restore(sector, contents.get(random.nextInt(contents.size()))));
        lost.forEach(this::restore);
        lost.clear();
        if (size != durableSize && random.nextBoolean()) {
            size = durableSize;
            Arrays.fill(bytes, size, bytes.length, (byte) 0);
        }
        sync();
    }

    /**
     * A failed sync, as Linux does it: the process goes on to see what it wrote, the pages count as clean, and a later sync that
     * succeeds does not write them; so a sector's loss shows only after the next power cut.
     */
    void settleKeepingCache(SplittableRandom random) {
        before.values().removeIf(_ -> random.nextBoolean());
        before.forEach((sector, contents) -> lost.put(sector, contents.getFirst()));
        before.clear();
    }

    private void restore(int sector, byte[] old) {
        System.arraycopy(old, 0, bytes, sector * SimDisk.SECTOR, SimDisk.SECTOR);
    }

    private void remember(int from, int to) {
        grow((to + SimDisk.SECTOR - 1) / SimDisk.SECTOR * SimDisk.SECTOR);
        for (int sector = from / SimDisk.SECTOR; sector * SimDisk.SECTOR < to; sector++) {
            int start = sector * SimDisk.SECTOR;
            byte[] durable = lost.remove(sector);
            List<byte[]> contents = before.computeIfAbsent(sector, _ -> new ArrayList<>());
            if (durable != null) {
                contents.add(durable);
            }
            if (contents.size() < MOST_CONTENTS) {
                contents.add(Arrays.copyOfRange(bytes, start, start + SimDisk.SECTOR));
            }
        }
    }

    private void grow(int to) {
        if (to > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(to, bytes.length * 2));
        }
    }
}
