package kant.edgedaemon.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.management.RegistryAuth;
import kant.edgedaemon.image.SignaturePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine together with the modules' sockets: one change of a module at a time, its socket there whenever it runs. */
public final class Modules {
    private static final Logger log = LoggerFactory.getLogger(Modules.class);
    /** For a module that is asked to end and does not say how long it needs. */
    public static final Duration GRACE = Duration.ofSeconds(10);

    /** Enough that changes of different modules seldom wait for one another. */
    private static final int LOCKS = 32;

    private static final int UNAVAILABLE = 503;
    private static final int FORBIDDEN = 403;

    private final ModuleEngine engine;
    private final ModuleSockets sockets;
    private final SignaturePolicy policy;
    private final UnaryOperator<ModuleSpec> credentials;
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();
    private volatile boolean sealed;

    /**
     * @param policy which images may run
     * @param credentials adds those for the image's registry to a spec that has none
     */
    public Modules(
            ModuleEngine engine, ModuleSockets sockets, SignaturePolicy policy, UnaryOperator<ModuleSpec> credentials) {
        this.engine = engine;
        this.sockets = sockets;
        this.policy = policy;
        this.credentials = credentials;
    }

    public List<ModuleDetails> list() throws EngineException {
        return engine.list();
    }

    public ModuleDetails inspect(String module) throws EngineException {
        return engine.inspect(module);
    }

    public InputStream logs(String module, LogQuery query) throws EngineException {
        return engine.logs(module, query);
    }

    public List<JsonNode> stats() throws EngineException {
        return engine.stats();
    }

    /** See {@link ModuleEngine#checkLogin}. */
    public void checkLogin(RegistryAuth auth) throws EngineException {
        engine.checkLogin(auth);
    }

    /** Pulls the image as the policy says, then creates. */
    public void create(ModuleSpec spec) throws EngineException {
        sockets.check(spec.name());
        pull(spec);
        locked(spec.name(), () -> {
            refuseIfSealed();
            engine.create(spec);
        });
        log.atInfo()
                .addKeyValue("module", spec.name())
                .addKeyValue("image", spec.image())
                .log("module created");
    }

    /** Pulls the image as the policy says, and refuses an image that may not run and a spec that the engine cannot make. */
    public void pull(ModuleSpec spec) throws EngineException {
        if (spec.pullPolicy() == PullPolicy.ON_CREATE) {
            engine.pull(credentials.apply(spec));
        }
        engine.check(spec);
        if (policy.isEmpty()) {
            return;
        }
        JsonNode signature = spec.createOptions().path("Labels").path(SignaturePolicy.LABEL);
        Optional<String> objection = policy.objection(
                spec.image(), engine.digests(spec), signature.isTextual() ? signature.textValue() : null);
        if (objection.isPresent()) {
            throw new EngineException(FORBIDDEN, objection.get(), null);
        }
    }

    /** Serves the module's socket, then starts it. */
    public void start(String module) throws EngineException {
        locked(module, () -> startNow(module));
        log.atInfo().addKeyValue("module", module).log("module started");
    }

    /** Gives it as long as it may take. */
    public void stop(String module) throws EngineException {
        locked(module, () -> stopNow(module));
        log.atInfo().addKeyValue("module", module).log("module stopped");
    }

    /** Gives it no longer than this, whatever it may take. */
    public void stop(String module, Duration most) throws EngineException {
        locked(module, () -> {
            Duration grace = engine.grace(module, GRACE);
            engine.stop(module, grace.compareTo(most) < 0 ? grace : most);
        });
        log.atInfo().addKeyValue("module", module).log("module stopped");
    }

    public void restart(String module) throws EngineException {
        locked(module, () -> {
            refuseIfSealed();
            stopNow(module);
            startNow(module);
        });
        log.atInfo().addKeyValue("module", module).log("module restarted");
    }

    /** Removes the module and its socket. */
    public void remove(String module) throws EngineException {
        locked(module, () -> {
            engine.remove(module);
            sockets.close(module);
        });
        log.atInfo().addKeyValue("module", module).log("module removed");
    }

    /** Replaces an existing module; it does not run afterwards. */
    public void replace(ModuleSpec spec) throws EngineException {
        sockets.check(spec.name());
        engine.inspect(spec.name());
        pull(spec); // before the old one goes: an image that is not to be had must not cost the module that runs
        locked(spec.name(), () -> {
            refuseIfSealed();
            stopNow(spec.name());
            engine.remove(spec.name());
            engine.create(spec);
        });
        log.atInfo()
                .addKeyValue("module", spec.name())
                .addKeyValue("image", spec.image())
                .log("module replaced");
    }

    /**
     * Serves the sockets of modules that an earlier daemon left, and starts those again that could not see a new socket otherwise.
     */
    public void adopt() throws EngineException {
        for (ModuleDetails module : engine.list()) {
            locked(module.name(), () -> openSocket(module.name()));
            if (module.status().state() == ModuleState.RUNNING && engine.pinsSockets()) {
                log.atInfo().addKeyValue("module", module.name()).log("module is restarted to see its new socket");
                restart(module.name());
            }
        }
    }

    private void stopNow(String module) throws EngineException {
        engine.stop(module, engine.grace(module, GRACE));
    }

    private void startNow(String module) throws EngineException {
        refuseIfSealed();
        engine.inspect(module);
        openSocket(module);
        engine.start(module);
    }

    private void openSocket(String module) throws EngineException {
        try {
            sockets.open(module);
        } catch (IOException e) {
            throw EngineException.failed(
                    "the workload socket of \"" + module + "\" cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * Lets nothing be made or started any more, and waits for changes that are under way: what is listed after this is all there is to
     * stop.
     */
    public void seal() {
        sealed = true;
        for (ReentrantLock lock : locks) {
            lock.lock();
            lock.unlock();
        }
    }

    private void refuseIfSealed() throws EngineException {
        if (sealed) {
            throw new EngineException(UNAVAILABLE, "the edge daemon is stopping", null);
        }
    }

    private interface Change {
        void make() throws EngineException;
    }

    private void locked(String module, Change change) throws EngineException {
        Lock lock = locks.get(Math.floorMod(module.hashCode(), LOCKS));
        lock.lock();
        try {
            change.make();
        } finally {
            lock.unlock();
        }
    }
}
