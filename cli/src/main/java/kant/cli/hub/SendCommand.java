package kant.cli.hub;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
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

/** {@code kant hub send}. */
@Command(name = "send", description = "Queues a message to a device or a module (cloud-to-device).")
final class SendCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "DEVICE[/MODULE]", description = "whom to send to")
    private String id = "";

    @Parameters(index = "1", paramLabel = "TEXT", description = "the message")
    private String text = "";

    @Option(names = "--property", paramLabel = "NAME=VALUE", description = "an application property; may be repeated")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--message-id", paramLabel = "ID", description = "its id, which feedback names")
    private @Nullable String messageId;

    @Option(
            names = "--ack",
            paramLabel = "WHEN",
            description = "which feedback services get: none, positive, negative or full")
    private @Nullable String ack;

    SendCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        IdentityId identity = ConnectionStringCommand.identity(id);
        var message = Json.object().put("body", text);
        if (messageId != null) {
            message.put("messageId", messageId);
        }
        if (ack != null) {
            message.put("ack", ack);
        }
        properties.forEach(message.putObject("properties")::put);
        var answer = new ServiceClient(hub).queue(identity.deviceId(), identity.moduleId(), message);
        if (which.json) {
            out.println(Json.text(answer));
        } else {
            out.println("Message " + answer.path("sequenceNumber").asLong() + " waits for " + identity + ".");
        }
        return 0;
    }
}
