package kant.cli.hub;

import kant.cli.host.CliException;
import kant.cli.host.Installation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which automatic deployment a command means, and at which hub. */
final class WhichDeployment {
    @Mixin
    private HubOption hub = new HubOption();

    @Parameters(index = "0", paramLabel = "ID", description = "its id: lower-case letters, digits, - and _")
    String id = "";

    boolean json() {
        return hub.json;
    }

    ServiceClient client(Installation installation) throws CliException {
        return new ServiceClient(hub.hub(installation));
    }
}
