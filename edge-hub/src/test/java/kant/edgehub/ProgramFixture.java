package kant.edgehub;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.ScriptedParent;
import kant.edgehub.secret.HubSecrets;
import kant.model.auth.SasToken;
import kant.model.identity.IdentityId;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Issued;
import kant.upstream.Link;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamProtocol;
import kant.upstream.choice.LinkConfig;
import kant.upstream.choice.Links;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** The program as it is wired, a parent on real sockets, and clients for each of its doors. */
final class ProgramFixture implements AutoCloseable {
    static final IdentityId LEAF = IdentityId.device("leaf");

    final CertificateAuthority authority =
            CertificateAuthority.create("Test CA", Duration.ofDays(1), Time.system(), Randomness.secure());
    final Tasks tasks = Tasks.virtual("test");
    private final EventLoops loops = EventLoops.start(1);
    private final Path directory;

    ProgramFixture(Path directory) {
        this.directory = directory;
    }

    ScriptedParent parent(FakeScope scope, String desired) throws Exception {
        var parent = new ScriptedParent(authority, scope, 0, 0);
        parent.twins.put(HubFixture.HUB, HubFixture.twin(desired, 1));
        return parent;
    }

    EdgeHubProgram start(ScriptedParent parent, Map<String, String> settings) throws Exception {
        return start(parent, settings, tasks);
    }

    EdgeHubProgram start(ScriptedParent parent, Map<String, String> settings, Tasks hubTasks) throws Exception {
        Map<String, String> env = new HashMap<>(Map.of(
                "IOTEDGE_DEVICEID", "edge",
                "IOTEDGE_MODULEGENERATIONID", "g1",
                "IOTEDGE_IOTHUBHOSTNAME", ScriptedParent.NAME,
                "EdgeDeviceHostName", "localhost",
                "IOTEDGE_WORKLOADURI", "unix:///nowhere",
                "KANT_DATA", directory.toString(),
                "KANT_PARENT_ADDRESS", "127.0.0.1",
                "KANT_LISTEN_ADDRESS", "127.0.0.1",
                "KANT_MQTT_PORT", "0"));
        env.putAll(Map.of(
                "ReportedPropertiesSyncFrequencySecs",
                "1",
                "httpSettings__metrics_port",
                "0",
                "amqpSettings__port",
                "0",
                "httpSettings__port",
                "0",
                "KANT_PARENT_MQTT_PORT",
                Integer.toString(parent.mqttPort()),
                "KANT_PARENT_AMQP_PORT",
                Integer.toString(parent.amqpPort()),
                "KANT_PARENT_HTTPS_PORT",
                Integer.toString(parent.httpsPort())));
        env.putAll(settings);
        HubSecrets secrets = new Fresh(authority);
        return EdgeHubProgram.start(
                EdgeHubConfig.read(env),
                new HubWorld(hubTasks, Time.system(), Randomness.secure()),
                new EdgeHubProgram.Disks(
                        new FileDisk(directory.resolve("messages")), new FileDisk(directory.resolve("state"))),
                secrets,
                secrets.serverCertificate());
    }

    /** Another server certificate each time it is asked. */
    private record Fresh(CertificateAuthority authority) implements HubSecrets {
        @Override
        public TokenSource tokens() {
            return TokenSource.ofKey(FakeScope.key(HubFixture.HUB, "primary"), Time.system());
        }

        @Override
        public List<X509Certificate> trusted() {
            return authority.chain();
        }

        @Override
        public Issued serverCertificate() {
            return authority.issueServer("localhost", List.of("localhost"), List.of(), Duration.ofHours(1));
        }
    }

    /** A client of the hub, by the code that also links hubs: many identities on one AMQP connection. */
    Link amqpClient(EdgeHubProgram hub) throws Exception {
        var below = new ParentConfig(
                "localhost",
                "127.0.0.1",
                1,
                hub.port(HubDoors.Door.AMQP),
                1,
                ClientTls.trusting(List.of(authority.chain().getLast())),
                null);
        return Links.start(
                below,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                LEAF,
                LinkConfig.standard(UpstreamProtocol.AMQP, "test"));
    }

    TestClient mqttClient(EdgeHubProgram hub, IdentityId id) throws Exception {
        return new TestClient(hub.port(HubDoors.Door.MQTT), authority, id, FakeScope.key(id, "primary"));
    }

    /** One request to port 443. */
    HttpResponse<String> request(
            EdgeHubProgram hub, String method, String path, String body, @Nullable IdentityId as, String... headers)
            throws Exception {
        return request(hub, method, path, body, as, null, headers);
    }

    HttpResponse<String> request(
            EdgeHubProgram hub,
            String method,
            String path,
            String body,
            @Nullable IdentityId as,
            @Nullable Issued certificate,
            String... headers)
            throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(context(certificate)).build()) {
            var request = HttpRequest.newBuilder(
                            URI.create("https://localhost:" + hub.port(HubDoors.Door.HTTPS) + path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .timeout(Duration.ofSeconds(30));
            if (as != null) {
                request.header("Authorization", token(as));
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    static String token(IdentityId id) {
        String module = id.moduleId() == null ? "" : "/modules/" + id.moduleId();
        return SasToken.sign(
                ScriptedParent.NAME + "/devices/" + id.deviceId() + module,
                FakeScope.key(id, "primary"),
                Instant.now().plusSeconds(3600),
                "");
    }

    /** Trusts the test's authority; shows a certificate where there is one. */
    SSLContext context(@Nullable Issued certificate) throws Exception {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        roots.setCertificateEntry("root", authority.chain().getLast());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        if (certificate != null) {
            own.setKeyEntry(
                    "client",
                    certificate.key(),
                    new char[0],
                    certificate.chain().toArray(new Certificate[0]));
        }
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() {
        loops.close();
        tasks.close();
    }
}
