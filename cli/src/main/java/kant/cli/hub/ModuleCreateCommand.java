package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant hub module create}. */
@Command(name = "create", description = "Registers a module of a device and prints its connection string.")
final class ModuleCreateCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "DEVICE", description = "the device id")
    private String device = "";

    @Parameters(index = "1", paramLabel = "ID", description = "the module id")
    private String id = "";

    ModuleCreateCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        JsonNode module = new ServiceClient(hub).createModule(device, id);
        JsonNode keys = module.path("authentication").path("symmetricKey");
        String cs = ConnectionStringCommand.text(
                hub, device, id, keys.path("primaryKey").asText());
        out.println(which.json ? Json.text(ConnectionStringCommand.describe(hub, device, id, keys)) : cs);
        return 0;
    }
}
