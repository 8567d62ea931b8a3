package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.RegistryAuth;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.engine.ModuleEngine;
import kant.edgedaemon.engine.StopTimeout;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Modules as plain processes. What ran when an earlier daemon was killed is taken over, and what nobody owns is ended. */
public final class ProcessEngine implements ModuleEngine {
    private static final Logger log = LoggerFactory.getLogger(ProcessEngine.class);
    private static final String SCRIPT = "launch.sh";

    /** Docker's rule for names of containers, which is also safe as a folder's name. */
    private static final String NAME = "[a-zA-Z0-9][a-zA-Z0-9_.-]*";

    private final ProcessEngineConfig config;
    private final Path folder;
    private final BundleCatalogue catalogue;
    private final OutputMover outputs = OutputMover.start();
    private final ProcessModule.Surroundings surroundings;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, ProcessModule> modules = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private ProcessEngine(ProcessEngineConfig config, Tasks tasks, Time time) {
        this.config = config;
        this.folder = config.data().resolve("engine");
        this.catalogue = new BundleCatalogue(
                config.catalogue(), config.java(), config.data().resolve("bundles"));
        this.surroundings = new ProcessModule.Surroundings(tasks, time, this::tell, Cgroup.ofThisProcess(), outputs);
    }

    /** Opens the engine's folder, takes over what runs, ends strays. */
    public static ProcessEngine open(ProcessEngineConfig config, Tasks tasks, Time time) throws IOException {
        var engine = new ProcessEngine(config, tasks, time);
        try {
            ModuleFolder.privateFolder(engine.folder);
            engine.writeScript();
            engine.loadModules();
            engine.endStrays();
            engine.dropUnusedBundles();
            return engine;
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private void writeScript() throws IOException {
        try (InputStream script = ProcessEngine.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IOException("the resource " + SCRIPT + " is missing from the daemon's jar");
            }
            Files.write(folder.resolve(SCRIPT), script.readAllBytes());
        }
    }

    private void loadModules() throws IOException {
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path path : folders.filter(Files::isDirectory).toList()) {
                load(path.getFileName().toString());
            }
        }
    }

    private void load(String name) throws IOException {
        ModuleFolder stored = ModuleFolder.open(folder.resolve(name));
        Optional<ModuleSpec> spec = stored.spec();
        if (spec.isEmpty()) {
            stored.delete(); // a create that did not come to its end
            return;
        }
        ProcessModule module = module(spec.get(), stored);
        modules.put(name, module);
        if (module.adopt(launchIfPossible(module))) {
            log.atInfo().addKeyValue("module", name).log("module still runs and is taken over");
        }
    }

    /** For the health check of a module that is taken over; without its bundle there is none. */
    private @Nullable Launch launchIfPossible(ProcessModule module) {
        try {
            return launch(module.spec(), module.options());
        } catch (EngineException e) {
            log.atWarn()
                    .addKeyValue("module", module.spec().name())
                    .addKeyValue("reason", e.getMessage())
                    .log("the module's health cannot be checked");
            return null;
        }
    }

    /** Processes of ours whose module does not run: left when a daemon was killed in the middle of a start. */
    private void endStrays() throws IOException {
        for (ProcStat stat : ProcStat.all()) {
            String mark = stat.variable(Launch.MARK);
            if (mark.startsWith(mark("")) && !runs(mark.substring(mark("").length()))) {
                log.atWarn().addKeyValue("pid", stat.pid()).log("a process of no module is ended");
                ProcessHandle.of(stat.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private void dropUnusedBundles() throws IOException {
        Set<String> used = new HashSet<>();
        for (ProcessModule module : modules.values()) {
            used.add(module.digest());
        }
        catalogue.keepOnly(used);
    }

    private boolean runs(String name) {
        ProcessModule module = modules.get(name);
        return module != null && module.running();
    }

    @Override
    public String kind() {
        return "process";
    }

    @Override
    public String version() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    @Override
    public List<ModuleDetails> list() throws EngineException {
        List<ModuleDetails> details = new ArrayList<>();
        for (String name : modules.keySet().stream().sorted().toList()) {
            ProcessModule module = modules.get(name);
            if (module != null) {
                details.add(module.details());
            }
        }
        return List.copyOf(details);
    }

    @Override
    public ModuleDetails inspect(String module) throws EngineException {
        return get(module).details();
    }

    /** Bundles are not fetched: it only says whether the catalogue has this one. */
    @Override
    public void pull(ModuleSpec spec) throws EngineException {
        catalogue.find(spec);
    }

    @Override
    public void checkLogin(RegistryAuth auth) throws EngineException {
        throw EngineException.badSpec("the process engine runs bundles of its catalogue and asks no registry");
    }

    @Override
    public void check(ModuleSpec spec) throws EngineException {
        if (!spec.name().matches(NAME)) {
            throw EngineException.badSpec("module name \"" + spec.name() + "\" is not possible: " + NAME);
        }
        launch(spec, options(spec));
    }

    @Override
    public List<String> digests(ModuleSpec spec) throws EngineException {
        return List.of(catalogue.find(spec).digest());
    }

    @Override
    public void create(ModuleSpec spec) throws EngineException {
        check(spec); // refuses now what could not be started later
        if (modules.containsKey(spec.name())) {
            throw EngineException.exists(spec.name());
        }
        try {
            ModuleFolder fresh = ModuleFolder.open(folder.resolve(spec.name()));
            fresh.saveSpec(spec);
            modules.put(spec.name(), module(spec, fresh));
        } catch (IOException e) {
            throw EngineException.failed("module \"" + spec.name() + "\" cannot be created: " + e.getMessage(), e);
        }
    }

    @Override
    public void start(String name) throws EngineException {
        ProcessModule module = get(name);
        if (module.running()) {
            return;
        }
        Launch launch = launch(module.spec(), module.options());
        try {
            Path own =
                    ModuleFolder.privateFolder(config.data().resolve("modules").resolve(name));
            RunAs user = module.options().runAs();
            if (user != null) {
                user.own(own, config.data());
            }
        } catch (IOException e) {
            throw EngineException.failed("the folder of module \"" + name + "\" cannot be made: " + e.getMessage(), e);
        }
        module.start(launch, folder.resolve(SCRIPT));
    }

    @Override
    public Duration grace(String module, Duration usual) throws EngineException {
        return StopTimeout.of(get(module).spec().createOptions(), usual);
    }

    @Override
    public void stop(String module, Duration grace) throws EngineException {
        get(module).stop(grace);
    }

    @Override
    public void remove(String name) throws EngineException {
        ProcessModule module = get(name);
        module.remove();
        modules.remove(name);
        tell();
    }

    @Override
    public InputStream logs(String module, LogQuery query) throws EngineException {
        return get(module).logs(query);
    }

    @Override
    public boolean owns(String name, int pid) {
        ProcessModule module = modules.get(name);
        return module != null && module.owns(pid);
    }

    @Override
    public List<JsonNode> stats() throws EngineException {
        List<JsonNode> stats = new ArrayList<>();
        for (ProcessModule module : modules.values()) {
            module.stats().ifPresent(stats::add);
        }
        return stats;
    }

    /** A process reaches a socket by its path, whoever made it last. */
    @Override
    public boolean pinsSockets() {
        return false;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        closed = true;
        outputs.close();
        for (ProcessModule module : modules.values()) {
            try {
                module.release();
            } catch (IOException e) {
                log.atWarn()
                        .setCause(e)
                        .addKeyValue("module", module.spec().name())
                        .log("a log did not close");
            }
        }
    }

    private void tell() {
        if (!closed) {
            listeners.forEach(Runnable::run);
        }
    }

    private ProcessModule get(String name) throws EngineException {
        ProcessModule module = modules.get(name);
        if (module == null) {
            throw EngineException.noModule(name);
        }
        return module;
    }

    private ProcessModule module(ModuleSpec spec, ModuleFolder stored) throws IOException {
        return new ProcessModule(spec, digest(spec), options(spec), stored, mark(spec.name()), surroundings);
    }

    /** Empty for a bundle that has gone from the catalogue since: the module is listed, and cannot be started. */
    private String digest(ModuleSpec spec) {
        try {
            return catalogue.find(spec).digest();
        } catch (EngineException e) {
            log.atWarn()
                    .addKeyValue("module", spec.name())
                    .addKeyValue("reason", e.getMessage())
                    .log("bundle is gone");
            return "";
        }
    }

    private ProcessOptions options(ModuleSpec spec) throws EngineException {
        return ProcessOptions.parse(spec.createOptions(), config.injected());
    }

    private Launch launch(ModuleSpec spec, ProcessOptions options) throws EngineException {
        String workload = "unix://" + config.injected().socketFolder() + "/" + spec.name() + ".sock";
        var around = new Launch.Surroundings(
                mark(spec.name()), workload, config.data().resolve("modules").resolve(spec.name()), config.path());
        return Launch.of(spec, options, catalogue.find(spec), around);
    }

    private String mark(String name) {
        return folder + "/" + name;
    }
}
