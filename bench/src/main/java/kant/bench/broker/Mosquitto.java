package kant.bench.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kant.bench.host.Child;
import kant.bench.host.ProcessUse;
import kant.bench.load.Crowd;
import kant.bench.load.PairAddress;
import kant.bench.load.Server;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Issued;
import kant.protocol.tls.Pem;
import kant.world.Randomness;
import kant.world.Time;

/** Mosquitto with persistence, over TLS with a P-256 certificate: each sender publishes on a topic of its receiver's. */
public final class Mosquitto implements Broker {
    public static final String NAME = "mosquitto";

    private static final List<String> PLACES =
            List.of("/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto");
    private static final String ADDRESS = "127.30.0.3";
    private static final int PORT = 8883;
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration CERTIFICATE = Duration.ofDays(2);

    private final Child child;
    private final Server server;

    private Mosquitto(Child child, Server server) {
        this.child = child;
        this.server = server;
    }

    /** Starts it on data of its own. */
    public static Mosquitto start(Path directory) throws IOException {
        String program = PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElseThrow(() ->
                        new IOException("the peer mosquitto is missing; install it with: apt-get install mosquitto,"
                                + " or measure without it: --only kant"));
        Files.createDirectories(directory);
        var authority = CertificateAuthority.create("bench", CERTIFICATE, Time.system(), Randomness.secure());
        Path configuration =
                configure(directory, authority.issueServer("bench", List.of(), List.of(ADDRESS), CERTIFICATE));
        Child child = Child.start("mosquitto", directory, Map.of(), List.of(program, "-c", configuration.toString()));
        try {
            Ports.await(NAME, ADDRESS, PORT, START);
            return new Mosquitto(child, new Server(ADDRESS, PORT, ADDRESS, ClientTls.trusting(authority.chain())));
        } catch (IOException e) {
            child.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String promise() {
        return "the message is in memory (its database is written every 30 minutes)";
    }

    @Override
    public Server server() {
        return server;
    }

    @Override
    public List<PairAddress> pairs(int count) {
        return PlainTopics.pairs(count);
    }

    @Override
    public List<PairAddress> fanIn(int senders) {
        return PlainTopics.fanIn(senders);
    }

    @Override
    public List<Crowd.Member> crowd(int count) {
        return PlainTopics.crowd(count);
    }

    @Override
    public ProcessUse process() {
        return new ProcessUse(child.pid());
    }

    @Override
    public void close() {
        child.close();
    }

    /** Its defaults, but for TLS, persistence, no waiting of small packets, and queues that do not drop what is under way. */
    private static Path configure(Path directory, Issued certificate) throws IOException {
        Path chain = Files.writeString(directory.resolve("chain.pem"), text(certificate));
        Path key = Files.writeString(directory.resolve("key.pem"), Pem.text(certificate.key()));
        return Files.write(
                directory.resolve("mosquitto.conf"),
                Stream.of(
                                "listener " + PORT + " " + ADDRESS,
                                "certfile " + chain,
                                "keyfile " + key,
                                "allow_anonymous true",
                                "persistence true",
                                "persistence_location " + directory + "/",
                                "max_queued_messages 0",
                                "set_tcp_nodelay true",
                                "user " + System.getProperty("user.name"),
                                "log_dest stderr",
                                "log_type error")
                        .toList());
    }

    private static String text(Issued certificate) {
        try {
            return Pem.text(certificate.chain());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was just made can't be written", e);
        }
    }
}
