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

/** {@code kant hub deployment show}. */
@Command(name = "show", description = "Prints an automatic deployment with its metrics.")
final class DeploymentShowCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "ID", description = "its id: lower-case letters, digits, - and _")
    private String id = "";

    DeploymentShowCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        JsonNode deployment = new ServiceClient(which.hub(installation)).deployment(id);
        out.println(which.json ? Json.text(deployment) : deployment.toPrettyString());
        return 0;
    }
}
