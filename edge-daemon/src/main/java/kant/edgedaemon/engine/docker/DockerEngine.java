package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.config.DaemonConfig.Engine;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.engine.ModuleEngine;
import kant.edgedaemon.engine.StopTimeout;
import kant.edgedaemon.image.ImageBook;
import kant.edgedaemon.image.PullLimits;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Modules as containers. A module is any container with our owner label; its name is the container's. */
public final class DockerEngine implements ModuleEngine {
    private static final Logger log = LoggerFactory.getLogger(DockerEngine.class);
    /** On top of a stop's grace: the engine itself needs a moment. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(30);

    private static final String AGENT = "edgeAgent";
    private static final int UNAUTHORIZED = 401;
    private static final Duration LOG_HEAD_LIMIT = Duration.ofSeconds(60);

    private final DockerClient docker;
    private final OwnContainers containers;
    private final DockerImages images;
    private final ImageSweep sweep;
    private final CreateBody createBody;
    private final DockerEvents events;
    private final Engine config;
    private final Time time;
    private volatile boolean networkThere;
    private Tasks.Cancellable sweeping = () -> {};

    private DockerEngine(Engine config, Path home, Tasks tasks, Time time, Randomness randomness) throws IOException {
        this.config = config;
        this.time = time;
        this.docker = new DockerClient(config.dockerSocket(), tasks);
        this.containers = new OwnContainers(docker, home.toString());
        ImageBook book = ImageBook.open(new PrivateFiles(new FileDisk(home.resolve("images"))));
        this.sweep = new ImageSweep(docker, book, config.images(), DockerEngine::percentUsed, time);
        PullLimits limits = config.images().pulls();
        var attempt = new ImagePull(docker, limits, tasks, time);
        var pulls = new Pulls(attempt::pull, limits, sweep::makeRoom, time, randomness);
        this.images = new DockerImages(docker, pulls, book, time);
        this.createBody = new CreateBody(config.elevatedAllowed(), home.toString());
        this.events = new DockerEvents(docker, lostAt -> Leftovers.end(containers.ended(), lostAt), time);
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
            containers.get(module);
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
        List<ModuleDetails> modules = new ArrayList<>();
        for (JsonNode container : containers.all()) {
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
        return ContainerJson.details(containers.get(module));
    }

    @Override
    public void pull(ModuleSpec spec) throws EngineException {
        images.pull(spec);
    }

    /** The engine's create decides, for it knows its own options best. */
    @Override
    public void check(ModuleSpec spec) throws EngineException {
        images.check(spec);
    }

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
        if (!networkThere) {
            DockerNetwork.ensure(docker, config.network(), config.networkSpec());
            networkThere = true;
        }
        docker.call("POST", "/containers/create?name=" + DockerClient.encode(spec.name()), createBody.of(spec));
    }

    @Override
    public void start(String module) throws EngineException {
        String id = containers.get(module).path("Id").asText();
        try {
            docker.call("POST", path(module, "/start"));
        } catch (EngineException e) {
            switch (Leftovers.seenIn(e)) {
                case NONE -> {}
                case PROCESSES ->
                    Leftovers.end(Map.of(id, module), time.now()); // nobody else starts it: calls come one by one
                case FILES -> removeRuined(module);
            }
            throw e;
        }
    }

    /** The engine cannot start it any more, whatever is tried; its agent, or the watch, makes a new one. */
    private void removeRuined(String module) throws EngineException {
        log.atWarn()
                .addKeyValue("module", module)
                .log("a killed engine has ruined the container, which is made anew; what is not in a volume is lost");
        remove(module);
    }

    /** An engine that has a default of its own says it there too. */
    @Override
    public Duration grace(String module, Duration usual) throws EngineException {
        return StopTimeout.of(containers.get(module).path("Config"), usual);
    }

    @Override
    public void stop(String module, Duration grace) throws EngineException {
        containers.get(module);
        docker.call(UnixRequest.of("POST", path(module, "/stop?t=" + grace.toSeconds())), grace.plus(STOP_MARGIN));
    }

    @Override
    public void remove(String module) throws EngineException {
        JsonNode container = containers.get(module);
        docker.call("DELETE", path(module, "?v=false&force=true"));
        images.used(container.path("Image").asText());
    }

    @Override
    public InputStream logs(String module, LogQuery query) throws EngineException {
        containers.get(module);
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
        JsonNode container = containers.get(module);
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

    private static String path(String module, String rest) {
        return "/containers/" + DockerClient.encode(module) + rest;
    }
}
