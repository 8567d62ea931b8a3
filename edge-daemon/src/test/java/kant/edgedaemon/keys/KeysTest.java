package kant.edgedaemon.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.error.RefusedException;
import kant.world.FileDisk;
import kant.world.Randomness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vectors are those of reference/daemon.md §10: both masters are the bytes 00 01 … 1f. */
class KeysTest {
    private static final String MODULE = "$edgeHub";
    private static final String GENERATION = "638000000000000001";
    private static final byte[] IV = base64("MDEyMzQ1Njc4OWFi");
    private static final byte[] PLAINTEXT = "hello edge".getBytes(StandardCharsets.US_ASCII);

    private final ModuleKeys keys = new ModuleKeys(master());
    private final ModuleCipher cipher = new ModuleCipher(master());

    @TempDir
    Path folder;

    @Test
    void module_keys_are_those_of_the_vector() {
        assertThat(keys.primary(MODULE, GENERATION)).isEqualTo("oTDBYlt1Q4+BfBDHzSSx6Cx+P7cdsgIW/DQbhQWPSHI=");
        assertThat(keys.secondary(MODULE, GENERATION)).isEqualTo("wPNZQGW9yRYdiSnSPU1HkNIVDTKIdEbuDXlhgfUfgvk=");
    }

    @Test
    void a_signature_is_that_of_the_vector() {
        byte[] data = base64("aHViLmxvY2FsJTJGZGV2aWNlcyUyRmd3LTAxJTJGbW9kdWxlcyUyRiUyNGVkZ2VIdWIKMTgwMDAwMDAwMA==");

        assertThat(keys.sign(MODULE, GENERATION, data))
                .isEqualTo(base64("cBqSlYNgHy5Wxl5KgwGAM8MWDW2MvHl0yHwpHepq73A="));
    }

    @Test
    void a_ciphertext_is_that_of_the_vector_and_decrypts_again() throws RefusedException {
        byte[] ciphertext = cipher.encrypt(MODULE, GENERATION, PLAINTEXT, IV);

        assertThat(ciphertext).isEqualTo(base64("Al90Ph85B+xj8FqoOPbQDgQEaujGe1OqAtDe"));
        assertThat(cipher.decrypt(MODULE, GENERATION, ciphertext, IV)).isEqualTo(PLAINTEXT);
    }

    @Test
    void a_ciphertext_of_version_1_decrypts() throws RefusedException {
        byte[] version1 = base64("Aag49tAOBARq6MZ7U6oC0N5fdD4fOQfsY/Ba");

        assertThat(cipher.decrypt(MODULE, GENERATION, version1, IV)).isEqualTo(PLAINTEXT);
    }

    @Test
    void another_module_generation_or_iv_is_refused_never_garbage() throws RefusedException {
        byte[] ciphertext = cipher.encrypt(MODULE, GENERATION, PLAINTEXT, IV);

        assertThatThrownBy(() -> cipher.decrypt("edgeHub", GENERATION, ciphertext, IV))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> cipher.decrypt(MODULE, "2", ciphertext, IV)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> cipher.decrypt(MODULE, GENERATION, ciphertext, new byte[] {1}))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> cipher.decrypt(MODULE, GENERATION, new byte[3], IV))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> cipher.decrypt(MODULE, GENERATION, ciphertext, new byte[0]))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void keys_survive_a_restart_in_files_only_their_owner_can_read() throws IOException {
        Path keyFolder = folder.resolve("keys");
        var files = new PrivateFiles(new FileDisk(keyFolder));
        String before = ModuleKeys.open(files, Randomness.secure()).primary("m", "1");

        String after = ModuleKeys.open(new PrivateFiles(new FileDisk(keyFolder)), Randomness.secure())
                .primary("m", "1");

        assertThat(after).isEqualTo(before);
        assertThat(mode(keyFolder)).isEqualTo("rwx------");
        try (var left = Files.list(keyFolder)) {
            assertThat(left.map(KeysTest::mode)).containsExactly("rw-------");
        }
    }

    @Test
    void a_damaged_key_file_is_named_and_not_replaced() throws IOException {
        var files = new PrivateFiles(new FileDisk(folder));
        files.write("identity-master.key", new byte[5]);

        assertThatThrownBy(() -> ModuleKeys.open(files, Randomness.secure()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"identity-master.key\" has 5 bytes, not 32");
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] master() {
        byte[] master = new byte[32];
        for (int i = 0; i < master.length; i++) {
            master[i] = (byte) i;
        }
        return master;
    }

    private static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }
}
