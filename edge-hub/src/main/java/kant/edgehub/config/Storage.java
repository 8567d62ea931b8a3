package kant.edgehub.config;

import java.nio.file.Path;
import java.util.Locale;
import kant.store.segment.Durability;

/**
 * Where and how messages are kept.
 *
 * @param directory {@code KANT_DATA}, or {@code edgeHub} in the original's {@code StorageFolder}, or, as in the original, in the
 *     folder for temporary files
 * @param lasting whether somebody chose the directory; the temporary one goes with its container
 * @param durability {@code KANT_DURABILITY}: what an acknowledgement promises
 * @param maxBytes {@code KANT_STORE_MAX_BYTES}: the bound where the twin sets none
 * @param ttlSeconds {@code storeAndForward__timeToLiveSecs}: where the twin sets none; negative is for ever
 */
public record Storage(Path directory, boolean lasting, Durability durability, long maxBytes, long ttlSeconds) {
    /** A store is bounded, always. One gibibyte holds a day of a message a second at 10 KB, and fits a small disk. */
    private static final long DEFAULT_MAX_BYTES = 1L << 30;

    private static final long LEAST_MAX_BYTES = 1L << 20;

    static Storage read(Environment env) {
        return new Storage(
                directory(env),
                env.get("KANT_DATA") != null || env.get("StorageFolder") != null,
                durability(env),
                env.number("KANT_STORE_MAX_BYTES", DEFAULT_MAX_BYTES, LEAST_MAX_BYTES, Long.MAX_VALUE),
                env.number("storeAndForward__timeToLiveSecs", -1, Integer.MIN_VALUE, Integer.MAX_VALUE));
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
