package kant.bench.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kant.bench.host.Child;
import kant.bench.host.ProcessUse;
import kant.bench.load.Crowd;
import kant.bench.load.PairAddress;
import kant.bench.load.Server;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Issued;
import kant.world.Randomness;
import kant.world.Time;

/** ActiveMQ Artemis in a process of its own, with its NIO journal: the peer that syncs before it acknowledges. */
public final class Artemis implements Broker {
    public static final String NAME = "artemis";

    static final String PASSWORD = "bench-only";
    private static final String ADDRESS = "127.30.0.5";
    private static final int PORT = 8883;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CERTIFICATE = Duration.ofDays(2);

    private final Child child;
    private final Server server;

    private Artemis(Child child, Server server) {
        this.child = child;
        this.server = server;
    }

    /** Starts it on data of its own, with a P-256 certificate. */
    public static Artemis start(Path directory) throws IOException {
        Files.createDirectories(directory);
        var authority = CertificateAuthority.create("bench", CERTIFICATE, Time.system(), Randomness.secure());
        Path store = keyStore(directory, authority.issueServer("bench", List.of(), List.of(ADDRESS), CERTIFICATE));
        Child child = Child.start(
                NAME,
                directory,
                Map.of(),
                List.of(
                        Path.of(System.getProperty("kant.jdk"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx1g",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", // or its journal cannot free its buffers and gives up
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ArtemisServer.class.getName(),
                        directory.toString(),
                        ADDRESS,
                        Integer.toString(PORT),
                        store.toString()));
        try {
            child.awaitLine(ArtemisServer.READY, START);
            return new Artemis(child, new Server(ADDRESS, PORT, ADDRESS, ClientTls.trusting(authority.chain())));
        } catch (InterruptedException e) {
            child.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while artemis started", e);
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
        return "the message is on disk (NIO journal, fdatasync, its own timer)";
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

    private static Path keyStore(Path directory, Issued certificate) throws IOException {
        Path file = directory.resolve("server.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server",
                    certificate.key(),
                    PASSWORD.toCharArray(),
                    certificate.chain().toArray(Certificate[]::new));
            store.store(out, PASSWORD.toCharArray());
            return file;
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate that was just made can't be stored: " + e.getMessage(), e);
        }
    }
}
