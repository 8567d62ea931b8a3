package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kant hub deployment list}. */
@Command(name = "list", description = "Lists automatic deployments and how far they are.")
final class DeploymentListCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    DeploymentListCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        for (JsonNode deployment : new ServiceClient(which.hub(installation)).deployments()) {
            out.println(which.json ? Json.text(deployment) : DeploymentText.line(deployment));
        }
        return 0;
    }
}
