package kant.edgedaemon.engine.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the process engine runs: the content of a {@code bundle.json}, placeholders filled in.
 *
 * @param image the name it is known by
 * @param digest {@code sha256:} of the manifest's bytes, or of the archive's that it came in
 * @param workingDir null for the module's own folder
 * @param health null where the bundle has no check
 */
record Bundle(
        String image,
        String digest,
        Path folder,
        List<String> entrypoint,
        List<String> cmd,
        Map<String, String> env,
        @Nullable String workingDir,
        @Nullable HealthCheck health) {

    Bundle {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        env = Map.copyOf(env);
    }
}
