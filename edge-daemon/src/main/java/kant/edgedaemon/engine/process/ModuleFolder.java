package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.error.RefusedException;
import kant.model.json.JsonText;
import kant.world.FileDisk;
import kant.world.FileTree;
import org.jspecify.annotations.Nullable;

/** What the engine keeps of one module on the disk (see the package's overview). */
final class ModuleFolder {
    private static final String SPEC = "spec.json";
    private static final String RUN = "run.json";
    private static final String EXIT = "exit";
    private static final String OUT_OF_MEMORY = "oom";

    private final Path path;
    private final PrivateFiles files;

    private ModuleFolder(Path path) throws IOException {
        this.path = path;
        this.files = new PrivateFiles(new FileDisk(path));
    }

    /** Opens the folder, or makes it. */
    static ModuleFolder open(Path path) throws IOException {
        return new ModuleFolder(path);
    }

    Path path() {
        return path;
    }

    Path log() {
        return path.resolve("log");
    }

    void saveSpec(ModuleSpec spec) throws IOException {
        files.write(SPEC, JsonText.bytes(spec.toJson()));
    }

    /** Empty where a create did not come to its end. */
    Optional<ModuleSpec> spec() throws IOException {
        Optional<JsonNode> json = read(SPEC);
        try {
            return json.isPresent() ? Optional.of(ModuleSpec.parse(json.get())) : Optional.empty();
        } catch (RefusedException e) {
            throw new IOException(
                    "\"" + path.resolve(SPEC) + "\" is damaged: " + e.refusal().reason(), e);
        }
    }

    void saveRun(RunRecord run) throws IOException {
        files.write(RUN, JsonText.bytes(run.toJson()));
    }

    /** The latest run; null before the first. */
    @Nullable
    RunRecord run() throws IOException {
        Optional<JsonNode> json = read(RUN);
        return json.isPresent() ? RunRecord.parse(json.get()) : null;
    }

    /**
     * How the latest run ended.
     *
     * @param outOfMemory whether its memory limit ended it
     */
    record Exit(int code, Instant time, boolean outOfMemory) {}

    /** Null while it runs, or where nobody was there to see it end. */
    @Nullable
    Exit exit() throws IOException {
        Optional<byte[]> text = files.read(EXIT);
        if (text.isEmpty()) {
            return null;
        }
        try {
            int code = Integer.parseInt(new String(text.get(), StandardCharsets.US_ASCII).strip());
            return new Exit(
                    code,
                    Files.getLastModifiedTime(path.resolve(EXIT)).toInstant(),
                    files.read(OUT_OF_MEMORY).isPresent());
        } catch (NumberFormatException e) {
            throw new IOException("\"" + path.resolve(EXIT) + "\" has no number", e);
        }
    }

    void saveExit(int code) throws IOException {
        files.write(EXIT, Integer.toString(code).getBytes(StandardCharsets.US_ASCII));
    }

    void saveOutOfMemory() throws IOException {
        files.write(OUT_OF_MEMORY, new byte[0]);
    }

    void forgetExit() throws IOException {
        files.delete(OUT_OF_MEMORY);
        files.delete(EXIT);
    }

    /** Makes the output's pipes, once. */
    void makePipes() throws IOException, InterruptedException {
        for (String name : new String[] {"out", "err"}) {
            Path pipe = path.resolve(name);
            if (!Files.exists(pipe, LinkOption.NOFOLLOW_LINKS)) {
                int code = new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                        .start()
                        .waitFor();
                if (code != 0) {
                    throw new IOException("mkfifo \"" + pipe + "\" ended with " + code);
                }
            }
        }
    }

    /** Removes all of it, also while the launcher of a run that has just ended still writes down how. */
    void delete() throws IOException {
        FileTree.delete(path);
    }

    /** Makes a folder that only its owner can enter. */
    static Path privateFolder(Path folder) throws IOException {
        return Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private Optional<JsonNode> read(String name) throws IOException {
        Optional<byte[]> bytes = files.read(name);
        try {
            return bytes.isPresent() ? Optional.of(JsonText.read(bytes.get())) : Optional.empty();
        } catch (JacksonException e) {
            throw new IOException("\"" + path.resolve(name) + "\" is not JSON", e);
        }
    }
}
