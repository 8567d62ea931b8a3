package kant.edgeagent.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.daemonapi.management.BundleOptions;
import kant.daemonapi.management.Health;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.LogOptions;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.daemonapi.unix.ApiException;
import kant.edgeagent.plan.CurrentModule;
import kant.model.deployment.RuntimeStatus;
import kant.world.Time;

/**
 * The management API. An answer of 500 or above is asked for again, three times at most, but for pulls; the waits are the
 * original's without its jitter, for there is only one agent to a daemon.
 */
public final class ManagementDaemon implements ModuleDaemon {
    private static final List<Duration> RETRIES =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(11));
    private static final int SERVER_ERROR = 500;
    private static final String MANAGED_BY = "IotEdge";

    private final ManagementClient client;
    private final Time time;

    public ManagementDaemon(ManagementClient client, Time time) {
        this.client = client;
        this.time = time;
    }

    @Override
    public List<CurrentModule> modules() throws IOException {
        return call("List modules", client::modules).stream()
                .map(ManagementDaemon::current)
                .toList();
    }

    @Override
    public void pull(ModuleSpec spec) throws IOException {
        String what = "prepare update for module " + spec.name();
        try {
            client.prepareUpdate(spec); // once: the daemon makes attempts of its own, with pauses of its own
        } catch (IOException e) {
            throw failed(what, e);
        }
    }

    @Override
    public void create(ModuleSpec spec) throws IOException {
        call("Create module " + spec.name(), () -> client.create(spec));
    }

    @Override
    public void update(ModuleSpec spec) throws IOException {
        call("update module " + spec.name(), () -> client.update(spec));
    }

    @Override
    public void updateAndStart(ModuleSpec spec) throws IOException {
        call("update and start module " + spec.name(), () -> client.updateAndStart(spec));
    }

    @Override
    public void start(String module) throws IOException {
        run("start module " + module, () -> client.start(module));
    }

    @Override
    public void stop(String module) throws IOException {
        run("stop module " + module, () -> client.stop(module));
    }

    @Override
    public void restart(String module) throws IOException {
        run("Restart module " + module, () -> client.restart(module));
    }

    @Override
    public void remove(String module) throws IOException {
        run("Delete module " + module, () -> client.delete(module));
    }

    @Override
    public LogFrames logs(String module, LogOptions options) throws IOException {
        return call("Get logs of module " + module, () -> client.logs(module, options));
    }

    @Override
    public InputStream supportBundle(BundleOptions options) throws IOException {
        return call("Get support bundle", () -> client.supportBundle(options));
    }

    @Override
    public List<Identity> identities() throws IOException {
        return call("List identities", client::identities);
    }

    @Override
    public Identity createIdentity(String moduleId) throws IOException {
        return call("Create identity " + moduleId, () -> client.createIdentity(moduleId, MANAGED_BY));
    }

    @Override
    public Identity updateIdentity(Identity identity) throws IOException {
        return call("Update identity " + identity.moduleId(), () -> client.updateIdentity(identity));
    }

    @Override
    public void deleteIdentity(String moduleId) throws IOException {
        run("Delete identity " + moduleId, () -> client.deleteIdentity(moduleId));
    }

    @Override
    public Platform platform() throws IOException {
        var info = call("Getting System Info", client::systemInfo);
        return new Platform(info.osType(), info.architecture(), info.version());
    }

    /** What machine and modules use now, as the daemon says it. */
    public ObjectNode resources() throws IOException {
        return call("Getting System resources", client::systemResources);
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private interface Action {
        void run() throws IOException;
    }

    private void run(String what, Action action) throws IOException {
        call(what, () -> {
            action.run();
            return what;
        });
    }

    private <T> T call(String what, Call<T> call) throws IOException {
        for (Duration wait : RETRIES) {
            try {
                return call.run();
            } catch (ApiException e) {
                if (e.status() < SERVER_ERROR) {
                    throw failed(what, e);
                }
                pause(wait, what);
            } catch (IOException e) {
                throw failed(what, e);
            }
        }
        try {
            return call.run();
        } catch (IOException e) {
            throw failed(what, e);
        }
    }

    private void pause(Duration wait, String what) throws IOException {
        try {
            time.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(what, e);
        }
    }

    private static IOException failed(String what, Exception cause) {
        return new IOException("Error calling " + what + ": " + cause.getMessage(), cause);
    }

    private static CurrentModule current(ModuleDetails details) {
        ModuleStatus status = details.status();
        ModuleStatus.Exit exit = status.exit();
        return new CurrentModule(
                details.name(),
                details.image(),
                details.imageHash(),
                labels(details),
                runtimeStatus(status),
                status.startTime(),
                exit == null ? null : new CurrentModule.Exit(exit.code(), exit.time()),
                status.description() == null && hangs(status) ? "its health check fails" : status.description());
    }

    private static RuntimeStatus runtimeStatus(ModuleStatus status) {
        return hangs(status)
                ? RuntimeStatus.UNHEALTHY
                : RuntimeStatus.parse(status.state().text()).orElse(RuntimeStatus.UNKNOWN);
    }

    private static boolean hangs(ModuleStatus status) {
        return status.state() == ModuleState.RUNNING && status.health() == Health.UNHEALTHY;
    }

    private static Map<String, String> labels(ModuleDetails details) {
        Map<String, String> labels = new HashMap<>();
        for (var label : details.config()
                .path("settings")
                .path("createOptions")
                .path("Labels")
                .properties()) {
            labels.put(label.getKey(), label.getValue().asText());
        }
        return labels;
    }
}
