package kant.bench.bare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import kant.bench.host.Child;
import kant.bench.host.ProcessUse;
import kant.protocol.tls.Pem;

/** A running {@link BareServer}, started with the Edge Hub's own JVM options. */
public final class Bare implements AutoCloseable {
    private static final String ADDRESS = "127.30.0.4";
    private static final int PORT = 8883;
    private static final Duration START = Duration.ofSeconds(30);
    private static final int MESSAGE_BYTES = 256;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Child child;
    private final SSLContext trust;

    private Bare(Child child, SSLContext trust) {
        this.child = child;
        this.trust = trust;
    }

    /** Starts it and returns when it listens. */
    public static Bare start(Path directory) throws IOException {
        Path ca = directory.resolve("bare-ca.pem");
        Files.deleteIfExists(ca);
        List<String> command = new ArrayList<>(hubJvm());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BareServer.class.getName()));
        command.addAll(List.of(ADDRESS, Integer.toString(PORT), ca.toString()));
        Child child = Child.start("the bare server", directory, Map.of(), command);
        try {
            long deadline = System.nanoTime() + START.toNanos();
            while (!Files.exists(ca)) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("the bare server did not start within " + START.toSeconds() + " s");
                }
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
            return new Bare(child, trusting(Pem.certificates(Files.readString(ca))));
        } catch (GeneralSecurityException e) {
            child.close();
            throw new IOException("the bare server's certificate can't be used: " + e.getMessage(), e);
        } catch (IOException e) {
            child.close();
            throw e;
        }
    }

    /** Sends messages there and back on one connection, so that it has loaded and compiled what it needs. */
    public void exercise(int messages) throws IOException {
        try (var socket = (SSLSocket) trust.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(ADDRESS, PORT), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            var in = new DataInputStream(socket.getInputStream());
            byte[] message = new byte[MESSAGE_BYTES];
            for (int i = 0; i < messages; i++) {
                out.write(message);
                out.flush();
                in.readFully(message);
            }
        }
    }

    public ProcessUse process() {
        return new ProcessUse(child.pid());
    }

    @Override
    public void close() {
        child.close();
    }

    /** The java and the options of the Edge Hub's bundle, without its class path and its cache of loaded classes. */
    private static List<String> hubJvm() throws IOException {
        Path bundle = Child.repository().resolve("dist/target/kant/bundles/kant/edge-hub/0.1.0/bundle.json");
        List<String> command = new ArrayList<>();
        for (JsonNode word : new ObjectMapper().readTree(bundle.toFile()).path("entrypoint")) {
            String text = word.asText();
            if (text.equals("-cp")) {
                return command;
            }
            if (text.equals("${java}")) {
                command.add(ProcessHandle.current().info().command().orElse("java"));
            } else if (!text.contains("${bundle}")) {
                command.add(text);
            }
        }
        throw new IOException(bundle + " has no entrypoint with a class path");
    }

    private static SSLContext trusting(List<X509Certificate> roots) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate root : roots) {
            store.setCertificateEntry("ca" + store.size(), root);
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
