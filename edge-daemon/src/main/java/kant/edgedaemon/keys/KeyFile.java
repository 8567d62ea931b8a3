package kant.edgedaemon.keys;

import java.io.IOException;
import java.util.Optional;
import kant.edgedaemon.disk.PrivateFiles;
import kant.world.Randomness;

/** A key of 32 random bytes in a private file, made at its first use. */
final class KeyFile {
    static final int KEY_BYTES = 32;

    private KeyFile() {}

    static byte[] open(PrivateFiles files, String name, Randomness randomness) throws IOException {
        Optional<byte[]> stored = files.read(name);
        if (stored.isEmpty()) {
            byte[] fresh = randomness.bytes(KEY_BYTES);
            files.write(name, fresh);
            return fresh;
        }
        if (stored.get().length != KEY_BYTES) {
            throw new IOException("key file \"" + name + "\" has " + stored.get().length + " bytes, not " + KEY_BYTES
                    + "; put it back from a copy, or remove it: modules then get new keys");
        }
        return stored.get();
    }
}
