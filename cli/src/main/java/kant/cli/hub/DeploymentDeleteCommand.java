package kant.cli.hub;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant hub deployment delete}. */
@Command(
        name = "delete",
        description = "Deletes an automatic deployment; its devices get what is left, or keep what they have.")
final class DeploymentDeleteCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "ID", description = "its id: lower-case letters, digits, - and _")
    private String id = "";

    DeploymentDeleteCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        new ServiceClient(which.hub(installation)).deleteDeployment(id);
        out.println(which.json ? Json.text(Json.object().put("event", "deleted").put("id", id)) : "deleted " + id);
        return 0;
    }
}
