package kant.edgeagent.sim;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.daemonapi.management.BundleOptions;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.LogOptions;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.unix.ApiException;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.run.ModuleDaemon;
import kant.model.deployment.RuntimeStatus;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** The daemon with an engine in memory. Images can be missing, and the whole can be dead. It notes every call. */
public final class SimDaemon implements ModuleDaemon {
    private final Time time;
    private final Map<String, CurrentModule> modules = new LinkedHashMap<>();
    private final Map<String, Identity> identities = new LinkedHashMap<>();
    private final Map<String, ModuleSpec> specs = new HashMap<>();
    private final Set<String> missingImages = new HashSet<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, ByteArrayOutputStream> logs = new HashMap<>();
    private @Nullable LogOptions askedFor;
    private boolean dead;
    private boolean registryDown;
    private StartHook starts = this::started;

    /** What a start does. */
    public interface StartHook {
        void start(String module) throws IOException;
    }

    public SimDaemon(Time time) {
        this.time = time;
        identities.put("$edgeAgent", new Identity("$edgeAgent", "iotedge", "g0", "sas"));
        modules.put("edgeAgent", module("edgeAgent", "a/agent:1", Map.of(), RuntimeStatus.RUNNING, time.now(), null));
    }

    public void dead(boolean isDead) {
        dead = isDead;
    }

    /** Whether the registry of identities refuses everything. */
    public void registryDown(boolean isDown) {
        registryDown = isDown;
    }

    /** Has starts do something else, on the caller's thread. */
    public void onStart(StartHook hook) {
        starts = hook;
    }

    public void missing(String image) {
        missingImages.add(image);
    }

    public void found(String image) {
        missingImages.remove(image);
    }

    /** The module's process ends. */
    public void exits(String name, int code) {
        CurrentModule m = existing(name);
        modules.put(
                name,
                module(
                        name,
                        m.image(),
                        m.labels(),
                        code == 0 ? RuntimeStatus.STOPPED : RuntimeStatus.FAILED,
                        m.startTime(),
                        new CurrentModule.Exit(code, time.now())));
    }

    /** The engine says this word of the module from now on. */
    public void says(String name, RuntimeStatus status) {
        CurrentModule m = existing(name);
        modules.put(name, module(name, m.image(), m.labels(), status, m.startTime(), m.exit()));
    }

    public void vanishes(String name) {
        modules.remove(name);
    }

    public void stranger(String name) {
        modules.put(name, module(name, "x/y:1", Map.of(), RuntimeStatus.RUNNING, time.now(), null));
    }

    /** The calls that changed something, since the last time this was asked. */
    public List<String> calls() {
        List<String> made = List.copyOf(calls);
        calls.clear();
        return made;
    }

    public @Nullable CurrentModule module(String name) {
        return modules.get(name);
    }

    public Set<String> identityNames() {
        return identities.keySet();
    }

    public ModuleSpec spec(String name) {
        return specs.get(name);
    }

    @Override
    public List<CurrentModule> modules() throws IOException {
        alive("List modules");
        return List.copyOf(modules.values());
    }

    /** What the module has written: frames of standard output, one for each text. */
    public void wrote(String module, LogFrames.Stream stream, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var log = logs.computeIfAbsent(module, _ -> new ByteArrayOutputStream());
        log.writeBytes(LogFrames.head(stream, bytes.length));
        log.writeBytes(bytes);
    }

    /** The options of the last time that a log was read. */
    public @Nullable LogOptions askedFor() {
        return askedFor;
    }

    @Override
    public LogFrames logs(String module, LogOptions options) throws IOException {
        alive("Get logs");
        askedFor = options;
        if ("bad".equals(options.since())) {
            throw new IOException("Error calling Get logs", new ApiException(400, "invalid parameter: since"));
        }
        var log = logs.getOrDefault(module, new ByteArrayOutputStream());
        return new LogFrames(new ByteArrayInputStream(log.toByteArray()));
    }

    @Override
    public InputStream supportBundle(BundleOptions options) throws IOException {
        alive("Get support bundle");
        return new ByteArrayInputStream("a bundle".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void pull(ModuleSpec spec) throws IOException {
        call("pull", spec.name());
        requireImage("prepare update for module", spec);
    }

    @Override
    public void create(ModuleSpec spec) throws IOException {
        call("create", spec.name());
        requireImage("Create module", spec);
        if (modules.containsKey(spec.name())) {
            throw new IOException("Error calling Create module " + spec.name() + ": it exists");
        }
        make(spec, RuntimeStatus.STOPPED);
    }

    @Override
    public void update(ModuleSpec spec) throws IOException {
        call("update", spec.name());
        requireImage("update module", spec);
        make(spec, RuntimeStatus.STOPPED);
    }

    @Override
    public void updateAndStart(ModuleSpec spec) throws IOException {
        call("updateAndStart", spec.name());
        requireImage("update and start module", spec);
        make(spec, RuntimeStatus.RUNNING);
    }

    @Override
    public void start(String name) throws IOException {
        starts.start(name);
    }

    public void started(String name) throws IOException {
        call("start", name);
        CurrentModule m = existing(name);
        modules.put(name, module(name, m.image(), m.labels(), RuntimeStatus.RUNNING, time.now(), m.exit()));
    }

    @Override
    public void stop(String name) throws IOException {
        call("stop", name);
        CurrentModule m = existing(name);
        if (m.status() == RuntimeStatus.RUNNING || m.status() == RuntimeStatus.UNHEALTHY) {
            exits(name, 0);
        }
    }

    @Override
    public void restart(String name) throws IOException {
        call("restart", name);
        CurrentModule m = existing(name);
        modules.put(name, module(name, m.image(), m.labels(), RuntimeStatus.RUNNING, time.now(), m.exit()));
    }

    @Override
    public void remove(String name) throws IOException {
        call("remove", name);
        existing(name);
        modules.remove(name);
    }

    @Override
    public List<Identity> identities() throws IOException {
        registry("List identities");
        return List.copyOf(identities.values());
    }

    @Override
    public Identity createIdentity(String moduleId) throws IOException {
        registry("Create identity " + moduleId);
        call("createIdentity", moduleId);
        var identity = new Identity(moduleId, "iotedge", "g" + identities.size(), "sas");
        if (identities.putIfAbsent(moduleId, identity) != null) {
            throw new AssertionError(moduleId + " is created twice");
        }
        return identity;
    }

    @Override
    public Identity updateIdentity(Identity identity) throws IOException {
        registry("Update identity " + identity.moduleId());
        call("updateIdentity", identity.moduleId());
        return identity;
    }

    @Override
    public void deleteIdentity(String moduleId) throws IOException {
        registry("Delete identity " + moduleId);
        call("deleteIdentity", moduleId);
        identities.remove(moduleId);
    }

    @Override
    public Platform platform() throws IOException {
        alive("Getting System Info");
        return new Platform("Linux", "x86_64", "0.1.0");
    }

    private void make(ModuleSpec spec, RuntimeStatus status) {
        Map<String, String> labels = new HashMap<>();
        spec.createOptions()
                .path("Labels")
                .properties()
                .forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
        specs.put(spec.name(), spec);
        Instant start = status == RuntimeStatus.RUNNING ? time.now() : null;
        modules.put(spec.name(), module(spec.name(), spec.image(), labels, status, start, null));
    }

    private void requireImage(String call, ModuleSpec spec) throws IOException {
        if (missingImages.contains(spec.image())) {
            throw new IOException(
                    "Error calling " + call + " " + spec.name() + ": image " + spec.image() + " does not exist");
        }
    }

    private void call(String what, String name) throws IOException {
        alive(what + " " + name);
        calls.add(what + " " + name);
    }

    private void alive(String call) throws IOException {
        if (dead) {
            throw new IOException("Error calling " + call + ": connection refused");
        }
    }

    private void registry(String call) throws IOException {
        alive(call);
        if (registryDown) {
            throw new IOException("Error calling " + call + ": the registry cannot be reached");
        }
    }

    private CurrentModule existing(String name) {
        CurrentModule module = modules.get(name);
        if (module == null) {
            throw new AssertionError(name + " does not exist");
        }
        return module;
    }

    private static CurrentModule module(
            String name,
            String image,
            Map<String, String> labels,
            RuntimeStatus status,
            @Nullable Instant start,
            CurrentModule.@Nullable Exit exit) {
        return new CurrentModule(name, image, "sha256:" + image, labels, status, start, exit, null);
    }
}
