package kant.iothub;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kant.iothub.error.HubRefusedException;
import kant.log.Threshold;
import kant.model.error.RefusedException;
import kant.world.Randomness;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code kant.iothub.Main --data D [--address A] [--name N] [--https-port P] [--mqtt-port P] [--amqp-port P] [--device-ca FILE]…}: runs a stand-in until it is told to stop. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        Threshold.set(level(System.getenv().getOrDefault("KANT_LOG_LEVEL", "INFO")));
        try {
            run(HubConfig.parse(List.of(arguments)));
        } catch (RefusedException e) {
            log.atError().addKeyValue("reason", e.refusal().reason()).log("the command line is not usable");
            System.exit(BAD_ARGUMENTS);
        } catch (IOException | HubRefusedException e) {
            log.atError().addKeyValue("reason", e.getMessage()).log("the hub did not start");
            System.exit(FAILED);
        }
    }

    private static void run(HubConfig config) throws IOException, HubRefusedException, InterruptedException {
        // the database's native library is unpacked beside the data, not where everybody may write
        System.setProperty(
                "org.sqlite.tmpdir", config.data().toAbsolutePath().normalize().toString());
        IotHub hub = IotHub.start(config, Time.system(), Randomness.secure());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(hub), "stop"));
        log.atInfo()
                .addKeyValue("host", hub.file().hostName())
                .addKeyValue("address", hub.file().address())
                .addKeyValue("mqttPort", hub.file().servers().mqttPort())
                .addKeyValue("amqpPort", hub.file().servers().amqpPort())
                .addKeyValue("httpsPort", hub.file().servers().httpsPort())
                .addKeyValue("data", config.data())
                .log("hub ready");
        new CountDownLatch(1).await(); // SIGTERM and Ctrl-C end the process, through the hook
    }

    /** Of SLF4J's words; any other means information. */
    private static Level level(String word) {
        return Arrays.stream(Level.values())
                .filter(level -> level.name().equalsIgnoreCase(word))
                .findFirst()
                .orElse(Level.INFO);
    }

    private static void stop(IotHub hub) {
        log.atInfo().log("hub stopping");
        hub.close();
        log.atInfo().log("hub stopped");
    }
}
