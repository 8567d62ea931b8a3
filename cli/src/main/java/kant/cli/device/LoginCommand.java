package kant.cli.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.daemonapi.management.RegistryAuth;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kant login REGISTRY}. There is no option for the password: a command line is for everybody to see. */
@Command(name = "login", description = "Has the device keep credentials for a registry of images.")
public final class LoginCommand implements Callable<Integer> {
    private static final int MAX_BYTES = 64 * 1024;

    private final Installation installation;
    private final InputStream in;
    private final PrintStream out;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = {"-u", "--username"},
            paramLabel = "USER",
            description = "who you are there (default: asked for)")
    private @Nullable String username;

    @Option(names = "--password-stdin", description = "read the password from standard input (default: asked for)")
    private boolean passwordFromStdin;

    @Parameters(paramLabel = "REGISTRY", description = "its host, such as registry.example.com:5000")
    private String registry = "";

    public LoginCommand(Installation installation, InputStream in, PrintStream out) {
        this.installation = installation;
        this.in = in;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        var credentials = new RegistryAuth(user(), password(), registry);
        try (Tasks tasks = Tasks.virtual("login")) {
            JsonNode kept = device.management(installation, tasks).login(credentials);
            boolean checked = kept.path("checked").asBoolean();
            if (device.json) {
                out.println(Json.text(Json.object()
                        .put("event", "login")
                        .put("registry", registry)
                        .put("checked", checked)));
            } else {
                out.println(
                        checked
                                ? "logged in to " + registry
                                : "credentials for " + registry + " are kept, unchecked: "
                                        + kept.path("reason").asText());
            }
            return 0;
        } catch (IOException e) {
            throw new CliException("not logged in to \"" + registry + "\": " + e.getMessage(), e);
        }
    }

    private String user() throws CliException {
        return username != null
                ? username
                : String.valueOf(terminal("--username").readLine("User name: "));
    }

    private String password() throws CliException {
        if (!passwordFromStdin) {
            char[] typed = terminal("--password-stdin").readPassword("Password: ");
            return typed == null ? "" : new String(typed);
        }
        try {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new CliException("the password on standard input is longer than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\R$", "");
        } catch (IOException e) {
            throw new CliException("the password can't be read from standard input: " + e.getMessage(), e);
        }
    }

    private static Console terminal(String option) throws CliException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new CliException("there is no terminal to ask at; use " + option);
        }
        return console;
    }
}
