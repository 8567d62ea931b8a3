package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.config.DaemonConfig.Engine;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Labels;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.engine.ModuleEngine;
import kant.world.Tasks;
import kant.world.Time;

/** Modules as containers. A module is any container with our owner label; its name is the container's. */
public final class DockerEngine implements ModuleEngine {
    /** On top of a stop's grace: the engine itself needs a moment. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(30);

    private static final String AGENT = "edgeAgent";
    private static final int CONFLICT = 409;
    private static final Duration LOG_HEAD_LIMIT = Duration.ofSeconds(60);

    private final DockerClient docker;
    private final ImagePull images;
    private final CreateBody createBody;
    private final DockerEvents events;
    private final Engine config;
    private final String home;
    private volatile boolean networkThere;

    private DockerEngine(Engine config, Path home, Tasks tasks, Time time) {
        this.config = config;
        this.home = home.toString();
        this.docker = new DockerClient(config.dockerSocket(), tasks);
        this.images = new ImagePull(docker, tasks);
        this.createBody = new CreateBody(config.elevatedAllowed(), this.home);
        this.events = new DockerEvents(docker, time);
    }

    /**
     * Begins to listen to events. The engine need not answer yet; if it does, its agent must not be another daemon's.
     *
     * @param home the daemon's data folder, by which its modules are told from another daemon's
     */
    public static DockerEngine open(Engine config, Path home, Tasks tasks, Time time) throws EngineException {
        var engine = new DockerEngine(config, home, tasks, time);
        if (engine.docker.answers()) {
            engine.requireOurs(AGENT);
        }
        tasks.spawn("engine-events", engine.events);
        return engine;
    }

    private void requireOurs(String module) throws EngineException {
        try {
            container(module);
        } catch (EngineException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** Whether an engine answers on this socket. */
    public static boolean answers(Path socket, Tasks tasks) {
        return Files.exists(socket) && new DockerClient(socket, tasks).answers();
    }

    @Override
    public String kind() {
        return "docker";
    }

    @Override
    public String version() throws EngineException {
        return docker.get("/version").path("Version").asText();
    }

    @Override
    public List<ModuleDetails> list() throws EngineException {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.putArray("label").add(Labels.OWNER + "=" + Labels.OWNER_VALUE);
        List<ModuleDetails> modules = new ArrayList<>();
        String path = "/containers/json?all=true&filters=" + DockerClient.encode(filters.toString());
        for (JsonNode container : docker.get(path)) {
            if (isAnothers(container.path("Labels"))) {
                continue;
            }
            try {
                modules.add(ContainerJson.details(
                        docker.get("/containers/" + container.path("Id").asText() + "/json")));
            } catch (EngineException e) {
                if (!e.isNotFound()) {
                    throw e;
                } // gone since the list was made
            }
        }
        return List.copyOf(modules);
    }

    @Override
    public ModuleDetails inspect(String module) throws EngineException {
        return ContainerJson.details(container(module));
    }

    @Override
    public void pull(ModuleSpec spec) throws EngineException {
        images.pull(spec);
    }

    /** The engine's create decides, for it knows its own options best. */
    @Override
    public void check(ModuleSpec spec) {}

    @Override
    public List<String> digests(ModuleSpec spec) throws EngineException {
        JsonNode image = image(spec);
        List<String> digests = new ArrayList<>();
        digests.add(image.path("Id").asText());
        for (JsonNode known : image.path("RepoDigests")) {
            digests.add(known.asText().substring(known.asText().indexOf('@') + 1));
        }
        return digests;
    }

    private JsonNode image(ModuleSpec spec) throws EngineException {
        return docker.get("/images/" + DockerClient.encode(spec.image()) + "/json");
    }

    @Override
    public void create(ModuleSpec spec) throws EngineException {
        checkDigest(spec);
        checkArchitecture(spec);
        if (!networkThere) {
            DockerNetwork.ensure(docker, config.network(), config.networkSpec());
            networkThere = true;
        }
        docker.call("POST", "/containers/create?name=" + DockerClient.encode(spec.name()), createBody.of(spec));
    }

    @Override
    public void start(String module) throws EngineException {
        container(module);
        docker.call("POST", path(module, "/start"));
    }

    @Override
    public void stop(String module, Duration grace) throws EngineException {
        container(module);
        docker.call(UnixRequest.of("POST", path(module, "/stop?t=" + grace.toSeconds())), grace.plus(STOP_MARGIN));
    }

    @Override
    public void remove(String module) throws EngineException {
        container(module);
        docker.call("DELETE", path(module, "?v=false&force=true"));
    }

    @Override
    public InputStream logs(String module, LogQuery query) throws EngineException {
        container(module);
        var path = new StringBuilder("/logs?stdout=true&stderr=true&follow=" + query.follow());
        path.append("&timestamps=").append(query.timestamps());
        path.append("&tail=").append(query.tail() == null ? "all" : query.tail());
        if (query.since() != null) {
            path.append("&since=").append(query.since().getEpochSecond());
        }
        if (query.until() != null) {
            path.append("&until=").append(query.until().getEpochSecond());
        }
        return docker.open(UnixRequest.of("GET", path(module, path.toString())), LOG_HEAD_LIMIT)
                .body();
    }

    /** By control group, where exec'd processes are found too; the container's own first process needs none. */
    @Override
    public boolean owns(String module, int pid) throws EngineException {
        JsonNode container = container(module);
        if (!container.path("State").path("Running").asBoolean()) {
            return false;
        }
        if (container.path("State").path("Pid").asInt() == pid) {
            return true;
        }
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), "cgroup"))
                    .contains(container.path("Id").asText("no id"));
        } catch (IOException _) {
            return false; // no such process any more: it is nobody's
        }
    }

    @Override
    public List<JsonNode> stats() throws EngineException {
        List<JsonNode> stats = new ArrayList<>();
        for (ModuleDetails module : list()) {
            if (module.status().state() == ModuleState.RUNNING) {
                stats.add(docker.get(path(module.name(), "/stats?stream=false&one-shot=true")));
            }
        }
        return stats;
    }

    /** A bind mount of a file keeps the file as it was when the container started. */
    @Override
    public boolean pinsSockets() {
        return true;
    }

    @Override
    public void onChange(Runnable listener) {
        events.onChange(listener);
    }

    @Override
    public void close() {
        events.close();
    }

    /** The container, if it is a module: others of the machine are none of our business. */
    private JsonNode container(String module) throws EngineException {
        JsonNode container = docker.get(path(module, "/json"));
        JsonNode labels = container.path("Config").path("Labels");
        if (!labels.path(Labels.OWNER).asText().equals(Labels.OWNER_VALUE)) {
            throw EngineException.noModule(module);
        }
        if (isAnothers(labels)) {
            throw new EngineException(
                    CONFLICT,
                    "container \"" + module
                            + "\" belongs to another edge daemon on this engine, the one with the data folder \""
                            + labels.path(Labels.DAEMON).asText() + "\"; stop that one, or remove the container",
                    null);
        }
        return container;
    }

    /** A container without the label is the original daemon's, whose place we take. */
    private boolean isAnothers(JsonNode labels) {
        return labels.has(Labels.DAEMON) && !labels.path(Labels.DAEMON).asText().equals(home);
    }

    private void checkDigest(ModuleSpec spec) throws EngineException {
        String digest = spec.digest();
        if (digest == null || digest.isEmpty()) {
            return;
        }
        List<String> digests = digests(spec);
        if (!digests.contains(digest)) {
            throw EngineException.badSpec("image \"" + spec.image() + "\" does not have the digest \"" + digest
                    + "\" that its spec pins; it has " + digests + ". It is not run.");
        }
    }

    /** The engine itself would create it, and the module would die of "exec format error". An absent image is the create's to tell. */
    private void checkArchitecture(ModuleSpec spec) throws EngineException {
        String has;
        try {
            has = image(spec).path("Architecture").asText();
        } catch (EngineException e) {
            if (e.isNotFound()) {
                return;
            }
            throw e;
        }
        String runs = docker.get("/version").path("Arch").asText();
        boolean emulated = !spec.createOptions().path("platform").asText().isEmpty();
        if (!has.isEmpty() && !runs.isEmpty() && !has.equals(runs) && !emulated) {
            throw EngineException.badSpec("image \"" + spec.image() + "\" is for the architecture \"" + has
                    + "\", and this engine runs \"" + runs + "\". It is not run.");
        }
    }

    private static String path(String module, String rest) {
        return "/containers/" + DockerClient.encode(module) + rest;
    }
}
