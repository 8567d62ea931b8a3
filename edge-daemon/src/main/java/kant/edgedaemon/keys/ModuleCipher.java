package kant.edgedaemon.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.world.Randomness;

/**
 * Encrypts for one module and generation: AES-256-GCM with one key per device, the module id and generation id as additional data
 * (reference/daemon.md §1.5).
 *
 * <pre>
 * version 2   offset 0: 0x02   1: data     1+n: tag, 16 bytes
 * version 1   offset 0: 0x01   1: tag, 16 bytes   17: data        (read only; daemons up to 1.1 wrote it)
 * </pre>
 */
public final class ModuleCipher {
    private static final String KEY = "encryption-master.key";
    private static final int TAG_BYTES = 16;

    private final SecretKeySpec key;

    ModuleCipher(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /** Opens the key, or makes one. */
    public static ModuleCipher open(PrivateFiles files, Randomness randomness) throws IOException {
        return new ModuleCipher(KeyFile.open(files, KEY, randomness));
    }

    /** @param iv chosen by the caller, any length but none; the same one twice for other data gives both away */
    public byte[] encrypt(String moduleId, String generationId, byte[] plaintext, byte[] iv) throws RefusedException {
        byte[] sealed = run(Cipher.ENCRYPT_MODE, moduleId + generationId, plaintext, iv);
        byte[] ciphertext = new byte[1 + sealed.length];
        ciphertext[0] = 2;
        System.arraycopy(sealed, 0, ciphertext, 1, sealed.length);
        return ciphertext;
    }

    /** The inverse; another module, generation, key or iv is refused, never garbage. */
    public byte[] decrypt(String moduleId, String generationId, byte[] ciphertext, byte[] iv) throws RefusedException {
        if (ciphertext.length < 1 + TAG_BYTES) {
            throw refused("it is shorter than any ciphertext");
        }
        byte[] sealed = switch (ciphertext[0]) {
            case 2 -> Arrays.copyOfRange(ciphertext, 1, ciphertext.length);
            case 1 -> tagLast(ciphertext);
            default -> throw refused("its version " + ciphertext[0] + " is unknown");
        };
        return run(Cipher.DECRYPT_MODE, moduleId + generationId, sealed, iv);
    }

    private static byte[] tagLast(byte[] version1) {
        byte[] sealed = new byte[version1.length - 1];
        int data = sealed.length - TAG_BYTES;
        System.arraycopy(version1, 1 + TAG_BYTES, sealed, 0, data);
        System.arraycopy(version1, 1, sealed, data, TAG_BYTES);
        return sealed;
    }

    private byte[] run(int mode, String additional, byte[] input, byte[] iv) throws RefusedException {
        if (iv.length == 0) {
            throw refused("the initialization vector is empty");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, iv));
            cipher.updateAAD(additional.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException _) {
            // why a tag does not match must not be told
            throw refused("it was not made for this module, generation and initialization vector");
        }
    }

    private static RefusedException refused(String why) {
        return new RefusedException(new Refusal.Invalid("the ciphertext cannot be used: " + why));
    }
}
