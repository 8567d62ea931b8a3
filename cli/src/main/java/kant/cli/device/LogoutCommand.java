package kant.cli.device;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.world.Tasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kant logout REGISTRY}. */
@Command(name = "logout", description = "Has the device forget the credentials for a registry.")
public final class LogoutCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Parameters(paramLabel = "REGISTRY", description = "its host, as given to kant login")
    private String registry = "";

    public LogoutCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        try (Tasks tasks = Tasks.virtual("logout")) {
            device.management(installation, tasks).logout(registry);
            out.println(
                    device.json
                            ? Json.text(Json.object().put("event", "logout").put("registry", registry))
                            : "logged out of " + registry);
            return 0;
        } catch (IOException e) {
            throw new CliException("not logged out of \"" + registry + "\": " + e.getMessage(), e);
        }
    }
}
