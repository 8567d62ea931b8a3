package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kant hub device create}. */
@Command(name = "create", description = "Registers a device and prints its connection string.")
final class DeviceCreateCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(paramLabel = "ID", description = "the device id")
    private String id = "";

    @Option(names = "--edge", description = "an edge device, with its $edgeAgent and $edgeHub")
    private boolean edge;

    @Option(names = "--parent", paramLabel = "EDGE", description = "the edge device whose hub it may use")
    private @Nullable String parent;

    DeviceCreateCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        JsonNode device = new ServiceClient(hub).createDevice(id, edge, parent);
        JsonNode keys = device.path("authentication").path("symmetricKey");
        String cs = ConnectionStringCommand.text(
                hub, id, null, keys.path("primaryKey").asText());
        out.println(which.json ? Json.text(ConnectionStringCommand.describe(hub, id, null, keys)) : cs);
        return 0;
    }
}
