package kant.protocol.device;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import kant.model.auth.SasToken;
import kant.protocol.http.HttpAnswer;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.TestTls;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import kant.world.Tasks;

/** A device API on a real port with TLS, before a hub that remembers. */
final class DeviceFixture implements AutoCloseable {
    static final String KEY = "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy0tLS0tLS0tLS0=";
    static final String VERSION = "?api-version=2020-09-30";

    final RecordingHub hub = new RecordingHub();
    final TestTls tls = new TestTls();
    private final EventLoops loops = EventLoops.start(1);
    private final Tasks tasks = Tasks.virtual("test");
    private final WebHead head;
    final HttpClient client;

    private DeviceFixture(boolean edge) throws Exception {
        DeviceApi api = edge
                ? DeviceApi.ofEdgeHub(hub, "edge1", "IoTEdgeAPIProxy", DeviceApi::nothing)
                : DeviceApi.ofIotHub(hub, call -> HttpAnswer.text(200, "the service's"));
        head = WebHead.start(
                new WebHeadConfig(new InetSocketAddress("127.0.0.1", 0), 50, 1 << 20),
                loops,
                tls.server(),
                tasks,
                null,
                null,
                api);
        client = HttpClient.newBuilder().sslContext(tls.client()).build();
    }

    static DeviceFixture iotHub() throws Exception {
        return new DeviceFixture(false);
    }

    static DeviceFixture edgeHub() throws Exception {
        return new DeviceFixture(true);
    }

    int port() {
        return head.port();
    }

    static String token() {
        return SasToken.sign("hub.kant.test/devices/dev1", KEY, Instant.ofEpochSecond(4_000_000_000L), "");
    }

    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + head.port() + target))
                .header("Authorization", token());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String target) throws Exception {
        return send(request(target));
    }

    HttpResponse<String> post(String target, String body) throws Exception {
        return send(request(target).POST(body(body)));
    }

    HttpResponse<String> delete(String target) throws Exception {
        return send(request(target).DELETE());
    }

    static BodyPublisher body(String text) {
        return BodyPublishers.ofString(text);
    }

    @Override
    public void close() {
        client.shutdownNow();
        head.close();
        tasks.close();
        loops.close();
    }
}
