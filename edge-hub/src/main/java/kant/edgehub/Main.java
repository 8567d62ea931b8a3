package kant.edgehub;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.workload.WorkloadClient;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.config.Secrets;
import kant.edgehub.secret.FixedSecrets;
import kant.edgehub.secret.HubSecrets;
import kant.edgehub.secret.WorkloadSecrets;
import kant.log.Threshold;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.tls.Issued;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.StartGarbage;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The Edge Hub: reads its environment, starts the program, and runs until it is told to stop. */
public final class Main {
    /** The daemon starts the hub; its workload API is there at once, or after a moment. */
    private static final int SECRET_ATTEMPTS = 30;

    private static final long STOP_SECONDS = 20;

    private static final int CANNOT_RUN = 1;
    private static final int BAD_SETTINGS = 2;
    private static final int UNEXPECTED = 3;

    private Main() {}

    public static void main(String[] args) {
        EdgeHubConfig config;
        try {
            config = EdgeHubConfig.read(System.getenv());
        } catch (RefusedException e) {
            LoggerFactory.getLogger(Main.class).atError().log(e.getMessage());
            System.exit(BAD_SETTINGS);
            return;
        }
        Threshold.set(level(config.logLevel()));
        var stop = new CountDownLatch(1);
        var ended = new CompletableFuture<Integer>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, ended), "stop"));
        int status = status(config, stop);
        ended.complete(status);
        System.exit(status);
    }

    private static int status(EdgeHubConfig config, CountDownLatch stop) {
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            run(config, stop, log);
            return 0;
        } catch (IOException e) {
            log.atError().log(e.getMessage());
            return CANNOT_RUN;
        } catch (InterruptedException | RuntimeException e) {
            log.atError().setCause(e).log("the hub ends because of an unexpected failure");
            return UNEXPECTED;
        }
    }

    private static void run(EdgeHubConfig config, CountDownLatch stop, Logger log)
            throws IOException, InterruptedException {
        config.notHonoured()
                .forEach(
                        setting -> log.atWarn().addKeyValue("setting", setting).log("this setting has no effect here"));
        Path data = config.storage().directory();
        if (!config.storage().lasting()) {
            log.atWarn()
                    .addKeyValue("directory", data)
                    .log(
                            "neither StorageFolder nor KANT_DATA is set: messages are kept where a new container loses them");
        }
        var world = new HubWorld(Tasks.virtual("edge-hub"), Time.system(), Randomness.secure());
        try (Tasks tasks = world.tasks()) {
            HubSecrets secrets = secrets(config, tasks, world.time());
            Issued certificate = patiently(secrets, stop, log);
            if (certificate == null) {
                return;
            }
            try (var _ = EdgeHubProgram.start(config, world, disks(data), secrets, certificate)) {
                StartGarbage.collectOnceSettled(tasks);
                stop.await();
                log.atInfo().log("stopping");
            }
        }
        log.atInfo().log("stopped; everything acknowledged is in the store");
    }

    private static EdgeHubProgram.Disks disks(Path data) throws IOException {
        try {
            return new EdgeHubProgram.Disks(
                    new FileDisk(data.resolve("messages")), new FileDisk(data.resolve("state")));
        } catch (FileSystemException e) {
            throw new IOException(
                    "the data directory \"" + data + "\" cannot be used: " + e.getMessage() + " ("
                            + e.getClass().getSimpleName() + "); make it writable, or set KANT_DATA to another",
                    e);
        }
    }

    private static HubSecrets secrets(EdgeHubConfig config, Tasks tasks, Time time) throws IOException {
        return switch (config.secrets()) {
            case Secrets.Workload(String uri) -> {
                var http = new UnixHttpClient(socket(uri), tasks);
                var workload = new WorkloadClient(
                        http, IdentityId.EDGE_HUB, config.identity().generationId());
                yield new WorkloadSecrets(workload, config.identity().gateway(), time);
            }
            case Secrets.Files(String key, String certificate, String privateKey, String trusted) ->
                FixedSecrets.read(key, text(trusted), text(certificate), text(privateKey), time);
        };
    }

    private static Path socket(String uri) throws IOException {
        if (!uri.startsWith("unix://")) {
            throw new IOException("IOTEDGE_WORKLOADURI=\"" + uri + "\" is not a unix:// address");
        }
        return Path.of(uri.substring("unix://".length()));
    }

    private static String text(@Nullable String file) throws IOException {
        return file == null ? "" : Files.readString(Path.of(file));
    }

    /** The first server certificate; null where the stop comes first. */
    private static @Nullable Issued patiently(HubSecrets secrets, CountDownLatch stop, Logger log)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return secrets.serverCertificate();
            } catch (IOException e) {
                if (attempt == SECRET_ATTEMPTS) {
                    throw new IOException("the daemon gives no server certificate: " + e.getMessage(), e);
                }
                log.atWarn().addKeyValue("reason", e.getMessage()).log("no server certificate yet, will ask again");
            }
            if (stop.await(1, TimeUnit.SECONDS)) {
                return null;
            }
        }
    }

    /**
     * On a signal: lets the program end, and the process with its status. Without this the JVM would tell a clean stop as 143,
     * which looks like a crash to the agent.
     */
    private static void stop(CountDownLatch stop, CompletableFuture<Integer> ended) {
        stop.countDown();
        try {
            Runtime.getRuntime().halt(ended.get(STOP_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException | ExecutionException e) {
            LoggerFactory.getLogger(Main.class).atWarn().setCause(e).log("did not stop in time, ending anyway");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The original's words for levels. */
    private static Level level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "fatal", "error" -> Level.ERROR;
            case "warning", "warn" -> Level.WARN;
            case "debug" -> Level.DEBUG;
            case "verbose", "trace" -> Level.TRACE;
            default -> Level.INFO;
        };
    }
}
