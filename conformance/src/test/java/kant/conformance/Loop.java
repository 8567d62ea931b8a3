package kant.conformance;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Comparator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.StandIn;

/**
 * A stand-in with one edge device below it that runs its hub only, and the routes that the SDK suites use. Started once for all
 * suites, stopped with the test process.
 */
public final class Loop {
    static final String DEVICE = "gateway";

    private static final String MANIFEST = """
            {"modulesContent": {
              "$edgeAgent": {"properties.desired": {"schemaVersion": "1.1",
                "runtime": {"type": "docker", "settings": {}},
                "systemModules": {
                  "edgeAgent": {"type": "docker", "settings": {"image": "kant/edge-agent:0.1.0", "createOptions": "{}"}},
                  "edgeHub": {"type": "docker", "status": "running", "restartPolicy": "always",
                    "settings": {"image": "kant/edge-hub:0.1.0", "createOptions": "{}"}}},
                "modules": {}}},
              "$edgeHub": {"properties.desired": {"schemaVersion": "1.1",
                "routes": {
                  "toSink": "FROM /messages/modules/source/outputs/toSink INTO BrokeredEndpoint(\\"/modules/sink/inputs/in1\\")",
                  "hot": {"route": "FROM /messages/modules/source/outputs/body WHERE $body.temperature > 30 INTO $upstream"},
                  "byProperty": "FROM /messages/modules/source/outputs/property WHERE level = 'high' INTO $upstream",
                  "leaves": "FROM /messages/* WHERE NOT IS_DEFINED($connectionModuleId) INTO $upstream"
                },
                "storeAndForwardConfiguration": {"timeToLiveSecs": 7200}}}
            }}
            """;

    private static Loop running;

    final StandIn standIn;
    final EdgeDevice edge;
    final String source;
    final String sink;

    private Loop() throws Exception {
        Path directory = Files.createTempDirectory("kant-loop");
        standIn = StandIn.start(directory);
        String connectionString = standIn.createEdgeDevice(DEVICE);
        source = standIn.createModule(DEVICE, "source");
        sink = standIn.createModule(DEVICE, "sink");
        standIn.deploy(DEVICE, MANIFEST);
        edge = EdgeDevice.start(standIn, connectionString, "--hub-only");
    }

    static synchronized Loop running() throws Exception {
        if (running == null) {
            running = new Loop();
            Runtime.getRuntime().addShutdownHook(new Thread(running::stop));
        }
        return running;
    }

    /** The stand-in that all suites share. */
    public static StandIn standIn() throws Exception {
        return running().standIn;
    }

    /** The same client, but through the edge device. */
    static String throughGateway(String connectionString) {
        return connectionString + ";GatewayHostName=" + EdgeDevice.NAME;
    }

    /** Options of a client that trusts this CA; the receive interval works round a race inside the SDK (real-clients.md §2.6). */
    static ClientOptions trusting(String caPem) throws Exception {
        return ClientOptions.builder()
                .sslContext(tls(caPem))
                .receiveInterval(500)
                .build();
    }

    public static SSLContext tls(String caPem) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII)))) {
            store.setCertificateEntry("ca" + n++, certificate);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private void stop() {
        try {
            edge.close();
            standIn.close();
            try (var left = Files.walk(standIn.directory())) {
                for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (Exception e) {
            System.err.println("the loop did not stop: " + e.getMessage());
        }
    }
}
