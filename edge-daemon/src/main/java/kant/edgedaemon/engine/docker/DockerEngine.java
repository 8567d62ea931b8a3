package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.config.DaemonConfig.Engine;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Labels;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.engine.ModuleEngine;
import kant.edgedaemon.image.ImageBook;
import kant.edgedaemon.image.PullLimits;
import kant.model.json.JsonText;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** Modules as containers. A module is any container with our owner label; its name is the container's. */
public final class DockerEngine implements ModuleEngine {
    /** On top of a stop's grace: the engine itself needs a moment. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(30);

    private static final String AGENT = "edgeAgent";
    private static final int UNAUTHORIZED = 401;
    private static final int CONFLICT = 409;
    private static final Duration LOG_HEAD_LIMIT = Duration.ofSeconds(60);

    private final DockerClient docker;
    private final DockerImages images;
    private final ImageSweep sweep;
    private final CreateBody createBody;
    private final DockerEvents events;
    private final Engine config;
    private final String home;
    private volatile boolean networkThere;
    private Tasks.Cancellable sweeping = () -> {};

    private DockerEngine(Engine config, Path home, Tasks tasks, Time time, Randomness randomness) throws IOException {
        this.config = config;
        this.home = home.toString();
        this.docker = new DockerClient(config.dockerSocket(), tasks);
        ImageBook book = ImageBook.open(new PrivateFiles(new FileDisk(home.resolve("images"))));
        this.sweep = new ImageSweep(docker, book, config.images(), DockerEngine::percentUsed, time);
        PullLimits limits = config.images().pulls();
        var attempt = new ImagePull(docker, limits, tasks, time);
        var pulls = new Pulls(attempt::pull, limits, sweep::makeRoom, time, randomness);
        this.images = new DockerImages(docker, pulls, book, time);
        this.createBody = new CreateBody(config.elevatedAllowed(), this.home);
        this.events = new DockerEvents(docker, time);
    }

    /**
     * Begins to listen to events and to look after images. The engine need not answer yet; if it does, its agent must not be another
     * daemon's.
     *
     * @param home the daemon's data folder, by which its modules are told from another daemon's
     */
    public static DockerEngine open(Engine config, Path home, Tasks tasks, Time time, Randomness randomness)
            throws IOException {
        var engine = new DockerEngine(config, home, tasks, time, randomness);
        if (engine.docker.answers()) {
            engine.requireOurs(AGENT);
        }
        tasks.spawn("engine-events", engine.events);
        engine.sweeping = tasks.spawn("image-sweep", engine.sweep);
        return engine;
    }

    private static int percentUsed(Path folder) throws IOException {
        FileStore store = Files.getFileStore(folder);
        return (int) (100 - 100 * store.getUsableSpace() / Math.max(1, store.getTotalSpace()));
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
        String path = "/containers/json?all=true&filters=" + DockerClient.encode(JsonText.write(filters));
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
    public void checkLogin(RegistryAuth auth) throws EngineException {
        try {
            docker.call("POST", "/auth", auth.toJson());
        } catch (EngineException e) {
            // some engines put the registry's refusal into a 500
            throw PullFailure.of(e) == PullFailure.FINAL
                    ? new EngineException(UNAUTHORIZED, String.valueOf(e.getMessage()), e.getCause())
                    : e;
        }
    }

    @Override
    public List<String> digests(ModuleSpec spec) throws EngineException {
        return images.digests(spec);
    }

    @Override
    public void create(ModuleSpec spec) throws EngineException {
        images.check(spec);
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
        JsonNode container = container(module);
        docker.call("DELETE", path(module, "?v=false&force=true"));
        images.used(container.path("Image").asText());
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
                JsonNode use = docker.get(path(module.name(), "/stats?stream=false&one-shot=true"));
                if (use instanceof ObjectNode object) {
                    object.put("name", "/" + module.name()); // Podman leaves out the slash
                }
                stats.add(use);
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
        sweeping.cancel();
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

    private static String path(String module, String rest) {
        return "/containers/" + DockerClient.encode(module) + rest;
    }
}
