package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant hub deployment create}. */
@Command(
        name = "create",
        description = "Creates an automatic deployment, or a layer above others, for all edge devices that fit.")
final class DeploymentCreateCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private WhichDeployment which = new WhichDeployment();

    @Mixin
    private DeploymentOptions options = new DeploymentOptions();

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "a manifest as for Azure IoT Edge, or a configuration with its condition and metrics")
    private Path file = Path.of("");

    DeploymentCreateCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        ObjectNode given = Json.read(file);
        ObjectNode configuration = given;
        if (given.has("modulesContent")) {
            configuration = Json.object();
            configuration.set("content", given);
        }
        configuration.put("id", which.id);
        options.putInto(configuration);
        JsonNode created = which.client(installation).createDeployment(which.id, configuration);
        out.println(
                which.json() ? Json.text(created) : "created " + which.id + ", a " + DeploymentText.summary(created));
        return 0;
    }
}
