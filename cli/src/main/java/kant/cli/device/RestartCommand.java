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

/** {@code kant restart MODULE}. */
@Command(name = "restart", description = "Restarts a module.")
public final class RestartCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Parameters(paramLabel = "MODULE", description = "the module's name, as kant list prints it")
    private String module = "";

    public RestartCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        try (Tasks tasks = Tasks.virtual("restart")) {
            device.management(installation, tasks).restart(module);
            out.println(
                    device.json
                            ? Json.text(Json.object().put("event", "restarted").put("module", module))
                            : "restarted " + module);
            return 0;
        } catch (IOException e) {
            throw new CliException("module \"" + module + "\" was not restarted: " + e.getMessage(), e);
        }
    }
}
