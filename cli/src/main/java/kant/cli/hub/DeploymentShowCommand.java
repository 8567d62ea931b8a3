package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kant hub deployment show}. */
@Command(name = "show", description = "Prints an automatic deployment with its metrics.")
final class DeploymentShowCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private WhichDeployment which = new WhichDeployment();

    DeploymentShowCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        JsonNode deployment = which.client(installation).deployment(which.id);
        out.println(which.json() ? Json.text(deployment) : deployment.toPrettyString());
        return 0;
    }
}
