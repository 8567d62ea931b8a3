package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kant hub deployment update}. */
@Command(
        name = "update",
        description =
                "Changes the condition, priority or labels of an automatic deployment; its content never changes.")
final class DeploymentUpdateCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private WhichDeployment which = new WhichDeployment();

    @Mixin
    private DeploymentOptions options = new DeploymentOptions();

    DeploymentUpdateCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        var client = which.client(installation);
        ObjectNode configuration = client.deployment(which.id);
        options.putInto(configuration);
        JsonNode updated = client.updateDeployment(which.id, configuration);
        out.println(
                which.json() ? Json.text(updated) : "updated " + which.id + ", a " + DeploymentText.summary(updated));
        return 0;
    }
}
