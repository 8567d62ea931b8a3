package kant.conformance.agent;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Takes blobs as Azure's store does, as far as the agent goes. */
final class BlobStore implements AutoCloseable {
    /** Whoever has it may write there. */
    static final Secret SIGNATURE = new Secret("the signature of the place for uploads", "example-only-signature");

    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    volatile boolean refusing;
    private final HttpServer server;

    BlobStore() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String query = exchange.getRequestURI().getQuery();
            if (!query.contains("comp=blocklist")) {
                blobs.merge(exchange.getRequestURI().getPath(), body, BlobStore::joined);
            }
            exchange.sendResponseHeaders(refusing ? 403 : 201, -1);
            exchange.close();
        });
        server.start();
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    /** The content of the blob whose name ends so. */
    byte[] blob(String end) {
        return blobs.entrySet().stream()
                .filter(blob -> blob.getKey().endsWith(end))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no blob ends with " + end + ": " + blobs.keySet()))
                .getValue();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/container?sig=" + SIGNATURE.text();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
