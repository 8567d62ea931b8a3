package kant.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleState;

/** Asks daemon and hub how things are. */
final class Snapshots {
    private Snapshots() {}

    static View.Snapshot take(ManagementClient management, HubMetrics.Look look, Arrivals arrivals) {
        return new View.Snapshot(
                modules(management),
                look.serves() ? look.linkUp() ? "up" : "down" : "not yet",
                look.accepted().entrySet().stream()
                        .map(e -> new View.RouteCount(e.getKey(), e.getValue()))
                        .toList(),
                arrivals.total(),
                arrivals.last());
    }

    private static List<View.ModuleLine> modules(ManagementClient management) {
        try {
            return management.modules().stream().map(Snapshots::line).toList();
        } catch (IOException _) {
            return List.of(); // the daemon does not serve yet, or no longer
        }
    }

    private static View.ModuleLine line(ModuleDetails module) {
        Instant start = module.status().startTime();
        boolean running = module.status().state() == ModuleState.RUNNING;
        String uptime = running && start != null
                ? Duration.between(start, Instant.now()).toSeconds() + " s"
                : "";
        return new View.ModuleLine(module.name(), module.status().state().text(), uptime);
    }
}
