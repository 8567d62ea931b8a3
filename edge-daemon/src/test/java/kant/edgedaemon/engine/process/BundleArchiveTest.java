package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.PullPolicy;
import kant.edgedaemon.Eventually;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.TestEngines;
import kant.world.Tasks;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BundleArchiveTest {
    private static final String MANIFEST = "{\"entrypoint\":[\"${bundle}/bin/run\"]}";
    private static final String RUN = "#!/bin/sh\nexit 42\n";

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private ProcessEngine engine;
    private Path place;

    @BeforeEach
    void open() throws IOException {
        place = Files.createDirectories(folder.resolve("catalogue/team/app"));
        engine = ProcessEngines.open(folder, tasks);
    }

    @AfterEach
    void close() throws EngineException {
        TestEngines.end(engine);
        tasks.close();
    }

    @Test
    void a_tar_a_zipped_tar_and_a_zip_are_run() throws Exception {
        tar("1.tar", RUN);
        tar("2.tar.gz", RUN);
        zip("3.zip");

        for (String tag : List.of("1", "2", "3")) {
            engine.create(spec("m" + tag, "team/app:" + tag, null));
            engine.start("m" + tag);
            Eventually.that(
                    "end of " + tag, () -> engine.inspect("m" + tag).status().state() == ModuleState.FAILED);
            assertThat(engine.inspect("m" + tag).status().exit().code()).isEqualTo(42);
        }
    }

    @Test
    void the_digest_is_the_archives_own_and_a_pin_to_another_is_refused_before_it_is_unpacked() throws Exception {
        tar("1.tar", RUN);
        String digest = sha256sum(place.resolve("1.tar"));
        String other = "sha256:" + "0".repeat(64);

        assertThatThrownBy(() -> engine.pull(spec("m", "team/app:1@" + other, null)))
                .hasMessageContaining("has the digest \"" + digest + "\"")
                .hasMessageContaining("It is not run.");
        assertThat(folder.resolve("bundles")).doesNotExist();
        assertThatThrownBy(() -> engine.create(spec("m", "team/app:1", other))).hasMessageContaining("It is not run.");

        engine.create(spec("m", "team/app:1@" + digest, digest));
        assertThat(engine.inspect("m").imageHash()).isEqualTo(digest);
    }

    @Test
    void an_archive_that_changed_is_another_one() throws Exception {
        tar("1.tar", RUN);
        String digest = sha256sum(place.resolve("1.tar"));
        engine.create(spec("m", "team/app:1@" + digest, null));

        tar("1.tar", "#!/bin/sh\nexit 0 # replaced by somebody\n");

        assertThatThrownBy(() -> engine.start("m")).hasMessageContaining("It is not run.");
    }

    @Test
    void what_was_unpacked_and_is_not_used_goes_at_the_next_start() throws Exception {
        tar("1.tar", RUN);
        tar("2.tar", RUN + "\n");
        engine.create(spec("m", "team/app:1", null));
        engine.pull(spec("n", "team/app:2", null));
        assertThat(folder.resolve("bundles")).isDirectoryContaining(path -> true);

        engine = ProcessEngines.open(folder, tasks);

        try (var left = Files.list(folder.resolve("bundles"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void entries_that_lead_out_and_things_that_are_no_files_are_refused_and_leave_nothing() throws Exception {
        bad("up", tar -> put(tar, new TarArchiveEntry("../../up"), "x"));
        bad("link", tar -> put(tar, link("link", "../../../etc"), ""));
        bad("roundabout", tar -> {
            put(tar, link("a/up", ".."), "");
            put(tar, link("out", "a/up/.."), ""); // a folder of the bundle by its words, the one above by its links
            put(tar, new TarArchiveEntry("out/roundabout"), "x");
        });
        bad("device", tar -> put(tar, new TarArchiveEntry("device", TarConstants.LF_CHR), ""));

        for (String tag : List.of("up", "link", "roundabout", "device")) {
            assertThatThrownBy(() -> engine.pull(spec("m", "team/app:" + tag, null)))
                    .as(tag)
                    .isInstanceOf(EngineException.class)
                    .hasMessageFindingMatch("leads out of the bundle|neither file, folder nor link");
        }
        try (var left = Files.list(folder.resolve("bundles"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void what_is_no_archive_is_refused_by_its_place() throws Exception {
        Files.writeString(place.resolve("1.tgz"), "oops");

        assertThatThrownBy(() -> engine.pull(spec("m", "team/app:1", null)))
                .hasMessageContaining("bundle \"team/app:1\" in");
        assertThatThrownBy(() -> engine.pull(spec("m", "team/app:9", null))).hasMessageContaining("[team/app:1]");
    }

    private interface Content {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    private void tar(String name, String script) throws IOException {
        write(name, tar -> {
            put(tar, new TarArchiveEntry("bundle.json"), MANIFEST);
            var run = new TarArchiveEntry("bin/real");
            run.setMode(0755);
            put(tar, run, script);
            put(tar, link("bin/run", "real"), "");
        });
    }

    private void bad(String tag, Content content) throws IOException {
        write(tag + ".tar", tar -> {
            put(tar, new TarArchiveEntry("bundle.json"), MANIFEST);
            content.write(tar);
        });
    }

    private void write(String name, Content content) throws IOException {
        OutputStream file = Files.newOutputStream(place.resolve(name));
        try (var tar = new TarArchiveOutputStream(name.endsWith(".gz") ? new GZIPOutputStream(file) : file)) {
            content.write(tar);
        }
    }

    private static TarArchiveEntry link(String name, String target) {
        var link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        link.setLinkName(target);
        return link;
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private void zip(String name) throws IOException {
        try (var zip = new ZipArchiveOutputStream(place.resolve(name))) {
            for (var entry : Map.of("bundle.json", MANIFEST, "bin/run", RUN).entrySet()) {
                var file = new ZipArchiveEntry(entry.getKey());
                file.setUnixMode(entry.getKey().equals("bin/run") ? 0100755 : 0100644);
                zip.putArchiveEntry(file);
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeArchiveEntry();
            }
        }
    }

    /** By the tool that a user has. */
    private static String sha256sum(Path file) throws IOException {
        Process tool = new ProcessBuilder("sha256sum", file.toString()).start();
        return "sha256:" + new String(tool.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split(" ")[0];
    }

    private static ModuleSpec spec(String name, String image, @Nullable String digest) {
        return new ModuleSpec(
                name,
                ModuleSpec.DOCKER,
                PullPolicy.ON_CREATE,
                image,
                JsonNodeFactory.instance.objectNode(),
                null,
                digest,
                Map.of());
    }
}
