package kant.cli.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kant.cli.host.CliException;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixRequest;
import kant.world.Tasks;

/** Which engine runs the modules. */
public final class EngineChoice {
    private static final Duration PING_LIMIT = Duration.ofSeconds(5);

    private EngineChoice() {}

    /** Turns {@code auto} into what this machine has; refuses {@code docker} where no engine answers. */
    public static String of(String wanted, String socket, Tasks tasks) throws CliException {
        return switch (wanted) {
            case "process" -> wanted;
            case "auto" -> answers(socket, tasks) ? "docker" : "process";
            case "docker" -> {
                if (!answers(socket, tasks)) {
                    throw new CliException("no Docker engine answers on " + socket
                            + "; start it, name its socket with --engine-socket, or choose --engine process");
                }
                yield wanted;
            }
            default -> throw new CliException("engine \"" + wanted + "\" is unknown; choose auto, docker or process");
        };
    }

    private static boolean answers(String socket, Tasks tasks) {
        if (!Files.exists(Path.of(socket))) {
            return false;
        }
        try {
            return new UnixHttpClient(Path.of(socket), tasks)
                            .call(UnixRequest.of("GET", "/_ping"), PING_LIMIT)
                            .status()
                    == 200;
        } catch (IOException _) {
            return false; // a socket without an engine behind it
        }
    }
}
