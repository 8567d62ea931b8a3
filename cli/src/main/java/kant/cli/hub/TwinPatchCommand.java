package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.model.identity.IdentityId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant hub twin patch}. */
@Command(name = "patch", description = "Changes the desired properties of a twin; null deletes.")
final class TwinPatchCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "DEVICE[/MODULE]", description = "whose twin")
    private String id = "";

    @Parameters(
            index = "1",
            paramLabel = "JSON",
            description = "desired properties, or {\"tags\":…} / {\"properties\":{\"desired\":…}}")
    private String patch = "";

    TwinPatchCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        IdentityId identity = ConnectionStringCommand.identity(id);
        ObjectNode given = Json.parse(patch, "the patch");
        ObjectNode body = given;
        if (!given.has("properties") && !given.has("tags")) {
            body = Json.object();
            body.putObject("properties").set("desired", given);
        }
        JsonNode twin = new ServiceClient(hub).patchTwin(identity.deviceId(), identity.moduleId(), body);
        out.println(
                which.json
                        ? Json.text(twin)
                        : "desired version "
                                + twin.path("properties")
                                        .path("desired")
                                        .path("$version")
                                        .asText());
        return 0;
    }
}
