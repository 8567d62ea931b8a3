package kant.edgedaemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.CountDownLatch;
import kant.edgedaemon.config.ConfigException;
import kant.edgedaemon.config.ConfigFile;
import kant.edgedaemon.config.DaemonConfig;
import kant.world.Randomness;
import kant.world.StartGarbage;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code java kant.edgedaemon.Main --config FILE}: runs until SIGTERM or SIGINT. Exit codes as the original's. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);
    /** The jar's manifest says it; class folders do not. */
    private static final String UNKNOWN_VERSION = "0.1.0";

    private static final String DEFAULT_CONFIG = "/etc/aziot/config.toml";
    private static final int EXIT_FAILED = 1;
    /** systemd does not restart on this one: another start would find the same file. */
    private static final int EXIT_BAD_SETTINGS = 153;

    private Main() {}

    public static void main(String[] args) {
        try {
            run(ConfigFile.read(configPath(args), machineName()));
        } catch (ConfigException e) {
            e.mistakes().forEach(log::error);
            System.exit(EXIT_BAD_SETTINGS);
        } catch (NoSuchFileException e) {
            log.error("configuration file \"{}\" does not exist; name another with --config FILE", e.getFile());
            System.exit(EXIT_BAD_SETTINGS);
        } catch (IOException | GeneralSecurityException e) {
            log.atError().log("the edge daemon cannot start: " + e.getMessage());
            System.exit(EXIT_FAILED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(DaemonConfig config) throws IOException, GeneralSecurityException, InterruptedException {
        Tasks tasks = Tasks.virtual("edge-daemon");
        var world = new Daemon.World(tasks, Time.system(), Randomness.secure(), surroundings(), version());
        Daemon daemon = Daemon.open(config, world);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            daemon.close();
                            tasks.close();
                            // a JVM that a signal ends would say 143; this stop was asked for and is complete
                            Runtime.getRuntime().halt(0);
                        },
                        "stop"));
        daemon.begin();
        StartGarbage.collectOnceSettled(tasks);
        new CountDownLatch(1).await();
    }

    private static Path configPath(String[] args) throws IOException {
        if (args.length == 0) {
            return Path.of(DEFAULT_CONFIG);
        }
        if (args.length != 2 || !args[0].equals("--config")) {
            throw new IOException("the only option is --config FILE");
        }
        return Path.of(args[1]);
    }

    private static Engines.Surroundings surroundings() {
        String java = ProcessHandle.current().info().command().orElse("java");
        String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        return new Engines.Surroundings(java, path, System.getProperty("user.name"));
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? UNKNOWN_VERSION : version;
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost"; // a machine that does not know its own name has none to offer
        }
    }
}
