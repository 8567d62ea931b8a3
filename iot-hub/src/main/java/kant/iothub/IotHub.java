package kant.iothub;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import kant.iothub.deploy.Deployer;
import kant.iothub.error.HubRefusedException;
import kant.iothub.method.MethodCaller;
import kant.iothub.policy.Policies;
import kant.iothub.registry.IdentityMaker;
import kant.iothub.registry.Registry;
import kant.iothub.registry.Scope;
import kant.iothub.service.ServiceApi;
import kant.iothub.service.ServiceParts;
import kant.iothub.session.Authenticator;
import kant.iothub.session.DeviceDoor;
import kant.iothub.session.SessionParts;
import kant.iothub.session.Sessions;
import kant.iothub.sql.Database;
import kant.iothub.telemetry.TelemetryLog;
import kant.iothub.twin.Twins;
import kant.protocol.http.HttpServer;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running stand-in: the wiring of its parts, from the disk up to the servers. */
public final class IotHub implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(IotHub.class);
    private static final int LOOPS = 2;
    private static final int MOST_CLIENTS = 10_000;
    private static final int MOST_BODY_BYTES = 1 << 20;

    /** What is open, the newest first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private final HubFile file;

    private IotHub(HubConfig config, Time time, Randomness randomness) throws IOException, HubRefusedException {
        try {
            file = wire(config, time, randomness);
        } catch (IOException | HubRefusedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts a hub; when this returns it serves, and {@code hub.json} says where. */
    public static IotHub start(HubConfig config, Time time, Randomness randomness)
            throws IOException, HubRefusedException {
        return new IotHub(config, time, randomness);
    }

    /** Where it serves. */
    public HubFile file() {
        return file;
    }

    /** Stops serving, then closes what is behind; each part is closed even where another fails. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                log.atError().setCause(e).log("a part of the hub did not close");
            }
        }
    }

    private HubFile wire(HubConfig config, Time time, Randomness randomness) throws IOException, HubRefusedException {
        var directory = opened(DataDirectory.open(config.data()));
        Issued certificate = new HubCertificates(directory, time, randomness).server(config.name(), config.address());
        var database = opened(Database.open(directory.file("hub.db")));
        var telemetry = opened(
                TelemetryLog.open(new FileDisk(directory.path().resolve("telemetry")), config.telemetryBytes(), time));
        var tasks = opened(Tasks.virtual("iot-hub"));
        var policies = Policies.open(database, config.name(), time, randomness);
        var sessions = new Sessions(time);
        var registry = new Registry(database, new IdentityMaker(time, randomness), sessions);
        var twins = new Twins(database, time, sessions);
        var authenticator = new Authenticator(registry, policies, config.name(), time);
        var door = new DeviceDoor(authenticator, new SessionParts(sessions, twins, telemetry, tasks, time));
        var api = new ServiceApi(new ServiceParts(
                database,
                policies,
                authenticator,
                registry,
                new Scope(database),
                twins,
                new Deployer(database, registry, twins),
                new MethodCaller(database, sessions),
                telemetry,
                sessions,
                time,
                randomness));

        var address = InetAddress.ofLiteral(config.address());
        var loops = opened(EventLoops.start(LOOPS));
        var tls = ServerTls.of(certificate.chain(), certificate.key());
        var mqtt = opened(MqttHead.start(
                new InetSocketAddress(address, config.mqttPort()),
                loops,
                tls,
                MqttService.of(new MqttConfig(MOST_CLIENTS), door, time)));
        var https = opened(HttpServer.start(
                new InetSocketAddress(address, config.httpsPort()), loops, tls, tasks, api, MOST_BODY_BYTES));
        var hubFile = new HubFile(
                config.name(),
                config.address(),
                mqtt.port(),
                https.port(),
                directory.path().resolve(HubCertificates.CA_FILE),
                policies.owner());
        hubFile.write(directory);
        opened(() -> HubFile.delete(directory));
        return hubFile;
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }
}
