package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant hub connection-string}. */
@Command(name = "connection-string", description = "Prints the connection string of the service, a device or a module.")
final class ConnectionStringCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(
            arity = "0..1",
            paramLabel = "DEVICE[/MODULE]",
            description = "whose; without: the service policy iothubowner")
    private @Nullable String id;

    ConnectionStringCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        if (id == null) {
            out.println(which.json ? Json.text(HubRunCommand.describe(hub)) : hub.connectionString());
            return 0;
        }
        IdentityId identity = identity(id);
        JsonNode keys = new ServiceClient(hub)
                .identity(identity.deviceId(), identity.moduleId())
                .path("authentication")
                .path("symmetricKey");
        out.println(
                which.json
                        ? Json.text(describe(hub, identity.deviceId(), identity.moduleId(), keys))
                        : text(
                                hub,
                                identity.deviceId(),
                                identity.moduleId(),
                                keys.path("primaryKey").asText()));
        return 0;
    }

    /** Reads {@code DEVICE[/MODULE]} from a command line. */
    static IdentityId identity(String text) throws CliException {
        try {
            return IdentityId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CliException("\"" + text + "\" is not DEVICE or DEVICE/MODULE: " + e.getMessage(), e);
        }
    }

    static String text(HubInfo hub, String device, @Nullable String module, String key) {
        return "HostName=" + hub.hostName() + ";DeviceId=" + device + (module == null ? "" : ";ModuleId=" + module)
                + ";SharedAccessKey=" + key;
    }

    static ObjectNode describe(HubInfo hub, String device, @Nullable String module, JsonNode keys) {
        ObjectNode line = HubRunCommand.describe(hub);
        line.remove("event");
        line.put("deviceId", device);
        if (module != null) {
            line.put("moduleId", module);
        }
        return line.put(
                        "connectionString",
                        text(hub, device, module, keys.path("primaryKey").asText()))
                .put("primaryKey", keys.path("primaryKey").asText())
                .put("secondaryKey", keys.path("secondaryKey").asText());
    }
}
