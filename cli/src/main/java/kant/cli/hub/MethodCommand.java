package kant.cli.hub;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kant hub method}. */
@Command(name = "method", description = "Calls a direct method of a device or a module and prints its answer.")
final class MethodCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "DEVICE[/MODULE]", description = "whom to call")
    private String id = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "the method")
    private String name = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "JSON", description = "its payload")
    private @Nullable String payload;

    @Option(names = "--timeout", defaultValue = "30", description = "seconds to wait for the answer (${DEFAULT-VALUE})")
    private int timeout;

    MethodCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        IdentityId identity = ConnectionStringCommand.identity(id);
        out.println(Json.text(new ServiceClient(hub)
                .method(
                        identity.deviceId(),
                        identity.moduleId(),
                        name,
                        payload == null ? null : Json.value(payload),
                        timeout)));
        return 0;
    }
}
