package kant.edgedaemon.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.daemonapi.management.RegistryAuth;
import org.jspecify.annotations.Nullable;

/** An engine in memory that notes what it is asked and fails on demand. */
public final class FakeEngine implements ModuleEngine {
    /** A variable that makes a module impossible to create. */
    public static final String REFUSED = "REFUSED";

    /** Every change, such as {@code start m}, in order. */
    public final List<String> changes = new CopyOnWriteArrayList<>();

    /** Names of modules whose processes call; a test owns them all. */
    public final Set<String> owning = ConcurrentHashMap.newKeySet();

    /** While set, nobody gets an answer. */
    public volatile boolean away;

    public volatile boolean pinning;
    public volatile Instant startTime = Instant.parse("2026-11-25T00:00:00Z");
    public volatile @Nullable EngineException failure;
    public volatile @Nullable LogQuery lastQuery;
    public volatile @Nullable ModuleSpec lastPull;

    private final Map<String, ModuleSpec> specs = new TreeMap<>();
    private final Map<String, ModuleStatus> statuses = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    @Override
    public String kind() {
        return "fake";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public synchronized List<ModuleDetails> list() {
        return specs.keySet().stream().map(this::details).toList();
    }

    @Override
    public synchronized ModuleDetails inspect(String module) throws EngineException {
        require(module);
        return details(module);
    }

    @Override
    public void checkLogin(RegistryAuth auth) throws EngineException {
        EngineException planned = failure;
        if (planned != null) {
            throw planned;
        }
    }

    @Override
    public void check(ModuleSpec spec) {}

    @Override
    public List<String> digests(ModuleSpec spec) {
        return List.of("sha256:of-" + spec.image());
    }

    @Override
    public synchronized void pull(ModuleSpec spec) throws EngineException {
        lastPull = spec;
        note("pull " + spec.image());
    }

    @Override
    public synchronized void create(ModuleSpec spec) throws EngineException {
        note("create " + spec.name());
        if (spec.env().containsKey(REFUSED)) {
            throw EngineException.badSpec("refused on demand");
        }
        if (specs.containsKey(spec.name())) {
            throw EngineException.exists(spec.name());
        }
        specs.put(spec.name(), spec);
        statuses.put(spec.name(), ModuleStatus.neverStarted());
    }

    @Override
    public synchronized void start(String module) throws EngineException {
        require(module);
        note("start " + module);
        put(module, ModuleState.RUNNING);
    }

    @Override
    public synchronized Duration grace(String module, Duration usual) throws EngineException {
        require(module);
        return StopTimeout.of(specs.get(module).createOptions(), usual);
    }

    @Override
    public synchronized void stop(String module, Duration grace) throws EngineException {
        require(module);
        note("stop " + module);
        put(module, ModuleState.STOPPED);
    }

    @Override
    public synchronized void remove(String module) throws EngineException {
        require(module);
        note("remove " + module);
        specs.remove(module);
    }

    @Override
    public InputStream logs(String module, LogQuery query) throws EngineException {
        require(module);
        lastQuery = query;
        byte[] line = "hello\n".getBytes(StandardCharsets.US_ASCII);
        byte[] head = LogFrames.head(LogFrames.Stream.STDOUT, line.length);
        byte[] frame = new byte[head.length + line.length];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(line, 0, frame, head.length, line.length);
        return new ByteArrayInputStream(frame);
    }

    @Override
    public boolean owns(String module, int pid) throws EngineException {
        requireHere();
        return owning.contains(module) && pid == ProcessHandle.current().pid();
    }

    @Override
    public List<JsonNode> stats() {
        return List.of(JsonNodeFactory.instance.objectNode().put("name", "/m"));
    }

    @Override
    public boolean pinsSockets() {
        return pinning;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {}

    /** Puts a module into a state by itself, as a crash does. */
    public synchronized void put(String module, ModuleState state) {
        statuses.put(module, new ModuleStatus(state, startTime, null, null));
        listeners.forEach(Runnable::run);
    }

    /** Ends a module by itself. */
    public synchronized void end(String module, int code, Instant at) {
        statuses.put(module, new ModuleStatus(ModuleState.FAILED, startTime, new ModuleStatus.Exit(code, at), null));
        listeners.forEach(Runnable::run);
    }

    public synchronized ModuleSpec spec(String module) throws EngineException {
        require(module);
        return specs.get(module);
    }

    private void requireHere() throws EngineException {
        if (away) {
            throw EngineException.failed("the engine is away", new IOException("connection refused"));
        }
    }

    private void require(String module) throws EngineException {
        requireHere();
        if (!specs.containsKey(module)) {
            throw EngineException.noModule(module);
        }
    }

    private void note(String change) throws EngineException {
        EngineException planned = failure;
        if (planned != null) {
            throw planned;
        }
        changes.add(change);
    }

    private ModuleDetails details(String module) {
        ModuleSpec spec = specs.get(module);
        ObjectNode labels = spec.createOptions().path("Labels") instanceof ObjectNode object
                ? object.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        return ModuleDetails.read(module, spec.image(), "sha256:1", labels, statuses.get(module));
    }
}
