package kant.cli.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.SystemInfo;
import kant.world.Tasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kant status}: the daemon and its modules in a few lines; exit code 1 while something that ran has failed. */
@Command(name = "status", description = "Tells how the device is; exit code 1 where a module has failed.")
public final class StatusCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private DeviceOption device = new DeviceOption();

    public StatusCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        try (Tasks tasks = Tasks.virtual("status")) {
            ManagementClient management = device.management(installation, tasks);
            SystemInfo system = management.systemInfo();
            List<ModuleDetails> modules = management.modules();
            List<ModuleDetails> failed = modules.stream()
                    .filter(m -> m.status().state() == ModuleState.FAILED
                            || m.status().state() == ModuleState.DEAD)
                    .toList();
            print(system, modules, failed);
            return failed.isEmpty() ? 0 : 1;
        } catch (IOException e) {
            throw new CliException("the device's daemon does not answer: " + e.getMessage(), e);
        }
    }

    private void print(SystemInfo system, List<ModuleDetails> modules, List<ModuleDetails> failed) {
        long running = modules.stream()
                .filter(m -> m.status().state() == ModuleState.RUNNING)
                .count();
        if (device.json) {
            ObjectNode line = Json.object().put("version", system.version());
            line.put("modules", modules.size()).put("running", running).put("failed", failed.size());
            out.println(Json.text(line));
            return;
        }
        out.println("daemon " + system.version() + " on " + system.osType() + " " + system.architecture() + ", "
                + system.cpus() + " processors");
        out.println(running + " of " + modules.size() + " modules run");
        failed.forEach(m ->
                out.println("module " + m.name() + " has failed: " + ListCommand.describe(m.status(), Instant.now())));
    }
}
