package kant.edgehub.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import kant.store.segment.Durability;

/**
 * Where and how messages are kept.
 *
 * @param directory {@code KANT_DATA}, or {@code edgeHub} in the original's {@code StorageFolder}, or, as in the original, in the
 *     folder for temporary files
 * @param lasting whether somebody chose the directory; the temporary one goes with its container
 * @param durability {@code KANT_DURABILITY}: what an acknowledgement promises
 * @param maxBytes {@code KANT_STORE_MAX_BYTES}: the bound where the twin sets none; without it, see {@link #bound}
 * @param ttlSeconds {@code storeAndForward__timeToLiveSecs}: where the twin sets none; negative is for ever
 */
public record Storage(Path directory, boolean lasting, Durability durability, OptionalLong maxBytes, long ttlSeconds) {
    /** A tenth of the volume, but no more than this: it holds a day of a message a second at 10 KB. */
    private static final long MOST_BY_DEFAULT = 1L << 30;

    /** And no less than this, which a quarter of an hour without a parent fills at 4 KB a second. */
    private static final long LEAST_BY_DEFAULT = 4L << 20;

    private static final int PART_OF_VOLUME = 10;

    /** What is only kept in memory may have this part of the heap. */
    private static final int PART_OF_HEAP = 4;

    private static final long LEAST_MAX_BYTES = 1L << 20;

    static Storage read(Environment env) {
        return new Storage(
                directory(env),
                env.get("KANT_DATA") != null || env.get("StorageFolder") != null,
                durability(env),
                maxBytes(env),
                env.number("storeAndForward__timeToLiveSecs", -1, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    /**
     * The bound in bytes where the twin sets none: a store is bounded, always.
     *
     * @param volumeBytes size of the volume that the store is on
     * @param heapBytes size of this process's heap at most
     */
    public long bound(long volumeBytes, long heapBytes) {
        long fair = durability == Durability.MEMORY ? heapBytes / PART_OF_HEAP : volumeBytes / PART_OF_VOLUME;
        return maxBytes.orElse(Math.clamp(fair, LEAST_BY_DEFAULT, MOST_BY_DEFAULT));
    }

    private static OptionalLong maxBytes(Environment env) {
        return env.get("KANT_STORE_MAX_BYTES") == null
                ? OptionalLong.empty()
                : OptionalLong.of(env.number("KANT_STORE_MAX_BYTES", MOST_BY_DEFAULT, LEAST_MAX_BYTES, Long.MAX_VALUE));
    }

    private static Path directory(Environment env) {
        String own = env.get("KANT_DATA");
        if (own != null) {
            return Path.of(own);
        }
        return Path.of(env.text("StorageFolder", env.text("TMPDIR", "/tmp"))).resolve("edgeHub");
    }

    private static Durability durability(Environment env) {
        if (!env.flag("usePersistentStorage", true)) {
            return Durability.MEMORY;
        }
        String text = env.text("KANT_DURABILITY", "fsync");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "fsync" -> Durability.FSYNC;
            case "os" -> Durability.OS;
            case "memory" -> Durability.MEMORY;
            default -> {
                env.mistake("KANT_DURABILITY=\"" + text + "\" is none of fsync, os, memory");
                yield Durability.FSYNC;
            }
        };
    }
}
