package kant.edgedaemon.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.auth.SasToken;
import kant.world.Randomness;

/**
 * Module keys, derived from one master: HMAC-SHA256(master, {@code "<moduleId>:<generationId>:primary"}), likewise
 * {@code secondary} (reference/daemon.md §1.5). No module has a key on the disk.
 */
public final class ModuleKeys {
    private static final String MASTER = "identity-master.key";

    private final byte[] master;

    ModuleKeys(byte[] master) {
        this.master = master.clone();
    }

    /** Opens the master, or makes one. */
    public static ModuleKeys open(PrivateFiles files, Randomness randomness) throws IOException {
        return new ModuleKeys(KeyFile.open(files, MASTER, randomness));
    }

    /** The primary key in base64, for the parent's registry. */
    public String primary(String moduleId, String generationId) {
        return Base64.getEncoder().encodeToString(derive(moduleId, generationId, "primary"));
    }

    /** The secondary key in base64, for the parent's registry. */
    public String secondary(String moduleId, String generationId) {
        return Base64.getEncoder().encodeToString(derive(moduleId, generationId, "secondary"));
    }

    /** HMAC-SHA256 of the data with the module's primary key. */
    public byte[] sign(String moduleId, String generationId, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(derive(moduleId, generationId, "primary"), "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private byte[] derive(String moduleId, String generationId, String which) {
        return SasToken.hmac(master, moduleId + ":" + generationId + ":" + which);
    }
}
