package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.model.identity.IdentityId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant hub twin show}. */
@Command(name = "show", description = "Prints the twin of a device or a module.")
final class TwinShowCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "DEVICE[/MODULE]", description = "whose twin")
    private String id = "";

    TwinShowCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        IdentityId identity = ConnectionStringCommand.identity(id);
        JsonNode twin = new ServiceClient(hub).twin(identity.deviceId(), identity.moduleId());
        out.println(which.json ? Json.text(twin) : twin.toPrettyString());
        return 0;
    }
}
