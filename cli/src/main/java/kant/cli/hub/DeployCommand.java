package kant.cli.hub;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant hub deploy}. */
@Command(name = "deploy", description = "Applies a deployment manifest to a device.")
final class DeployCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Parameters(index = "0", paramLabel = "DEVICE", description = "the device id")
    private String device = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "the manifest, as for Azure IoT Edge")
    private Path file = Path.of("");

    DeployCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        HubInfo hub = which.hub(installation);
        new ServiceClient(hub).deploy(device, Json.read(file));
        out.println(
                which.json
                        ? Json.text(Json.object().put("event", "deployed").put("deviceId", device))
                        : "deployed " + file + " to " + device);
        return 0;
    }
}
