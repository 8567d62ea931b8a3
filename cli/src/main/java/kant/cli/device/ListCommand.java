package kant.cli.device;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.world.Tasks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kant list}: the modules of a device and how they are. */
@Command(name = "list", description = "Lists the modules of the device and how they are.")
public final class ListCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private DeviceOption device = new DeviceOption();

    public ListCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        try (Tasks tasks = Tasks.virtual("list")) {
            List<ModuleDetails> modules = device.management(installation, tasks).modules();
            if (device.json) {
                modules.forEach(m -> out.println(Json.text(m.toJson())));
            } else {
                out.printf("%-32s %-10s %-24s %s%n", "NAME", "STATUS", "DESCRIPTION", "IMAGE");
                modules.forEach(m -> out.printf(
                        "%-32s %-10s %-24s %s%n",
                        m.name(), m.status().state().text(), describe(m.status(), Instant.now()), m.image()));
            }
            return 0;
        } catch (IOException e) {
            throw new CliException("the device does not tell its modules: " + e.getMessage(), e);
        }
    }

    /** {@code Up 3 minutes}, with the result of the health check where there is one, or how and when the last run ended. */
    static String describe(ModuleStatus status, Instant now) {
        if (status.state() == ModuleState.RUNNING && status.startTime() != null) {
            String up = "Up " + ago(Duration.between(status.startTime(), now));
            return status.health() == null ? up : up + " (" + status.health().text() + ")";
        }
        if (status.exit() != null) {
            return "Exited (" + status.exit().code() + ") "
                    + ago(Duration.between(status.exit().time(), now)) + " ago";
        }
        return status.description() == null ? "Never started" : status.description();
    }

    /** A duration in its largest unit. */
    static String ago(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 120) {
            return seconds + " seconds";
        }
        if (seconds < 7200) {
            return seconds / 60 + " minutes";
        }
        return seconds < 172_800 ? seconds / 3600 + " hours" : seconds / 86_400 + " days";
    }
}
