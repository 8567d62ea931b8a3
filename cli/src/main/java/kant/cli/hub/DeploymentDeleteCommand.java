package kant.cli.hub;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kant hub deployment delete}. */
@Command(
        name = "delete",
        description = "Deletes an automatic deployment; its devices get what is left, or keep what they have.")
final class DeploymentDeleteCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private WhichDeployment which = new WhichDeployment();

    DeploymentDeleteCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        which.client(installation).deleteDeployment(which.id);
        out.println(
                which.json()
                        ? Json.text(Json.object().put("event", "deleted").put("id", which.id))
                        : "deleted " + which.id);
        return 0;
    }
}
