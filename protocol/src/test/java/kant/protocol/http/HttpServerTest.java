package kant.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServerTest {
    private static final int LIMIT = 1000;

    private final EventLoops loops = EventLoops.start(1);
    private final Tasks tasks = Tasks.virtual("test");
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        client.shutdownNow();
        servers.forEach(HttpServer::close);
        tasks.close();
        loops.close();
    }

    @Test
    void a_call_reaches_the_handler_whole_and_its_answer_the_client() throws Exception {
        BlockingQueue<HttpCall> calls = new LinkedBlockingQueue<>();
        URI base = start(call -> {
            calls.add(call);
            return HttpAnswer.json(201, "{\"ok\":true}").with("ETag", "\"7\"");
        });

        HttpResponse<String> answer = send(HttpRequest.newBuilder(base.resolve(
                        "/twins/a%2Fb/modules/%24edgeHub//x+y?api-version=2021-04-12&q=a%20b+c&q=second&flag"))
                .header("X-One", "1")
                .header("X-One", "2")
                .method("PATCH", BodyPublishers.ofString("body"))
                .build());

        HttpCall call = calls.remove();
        assertThat(call.method()).isEqualTo("PATCH");
        assertThat(call.path()).containsExactly("twins", "a/b", "modules", "$edgeHub", "x+y");
        assertThat(call.rawPath()).isEqualTo("/twins/a%2Fb/modules/%24edgeHub//x+y");
        assertThat(call.query())
                .containsExactlyInAnyOrderEntriesOf(Map.of("api-version", "2021-04-12", "q", "a b c", "flag", ""));
        assertThat(call.header("x-ONE")).contains("1,2");
        assertThat(new String(call.body(), StandardCharsets.UTF_8)).isEqualTo("body");
        assertThat(call.clientCertificates()).isEmpty();
        assertThat(call.toString()).doesNotContain("q=");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("{\"ok\":true}");
        assertThat(answer.headers().firstValue("etag")).contains("\"7\"");
        assertThat(answer.headers().firstValue("content-length")).contains("11");
    }

    @Test
    void a_handler_may_wait_without_holding_up_others() throws Exception {
        var release = new CountDownLatch(1);
        URI base = start(call -> {
            if (call.path().contains("slow")) {
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            }
            return HttpAnswer.text(200, call.rawPath());
        });

        List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slow.add(client.sendAsync(
                    HttpRequest.newBuilder(base.resolve("/slow")).build(), BodyHandlers.ofString()));
        }
        assertThat(send(HttpRequest.newBuilder(base.resolve("/fast")).build()).body())
                .isEqualTo("/fast");
        release.countDown();

        for (var answer : slow) {
            assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("/slow");
        }
    }

    @Test
    void a_refusal_has_its_status_its_code_and_a_body() throws Exception {
        URI base = start(call -> {
            throw new RefusedException(new Refusal.PreconditionFailed("etag \"1\" is not \"2\""));
        });

        HttpResponse<String> answer = send(HttpRequest.newBuilder(base).build());

        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(answer.headers().firstValue("iothub-errorcode")).contains("PreconditionFailed");
        assertThat(answer.body()).contains("\"Message\":\"ErrorCode:PreconditionFailed;etag \\\"1\\\"");
    }

    @Test
    void a_failing_handler_is_answered_500_and_the_server_goes_on() throws Exception {
        URI base = start(call -> {
            if (call.path().contains("header")) {
                return HttpAnswer.of(200).with("x", "line\nbreak");
            }
            throw new IllegalStateException("expected in this test");
        });

        assertThat(send(HttpRequest.newBuilder(base).build()).statusCode()).isEqualTo(500);
        assertThat(send(HttpRequest.newBuilder(base.resolve("/header")).build()).statusCode())
                .isEqualTo(500);
    }

    @Test
    void a_body_that_is_too_large_is_answered_413_with_or_without_a_length() throws Exception {
        URI base = start(call -> HttpAnswer.of(204));

        HttpResponse<String> announced = send(HttpRequest.newBuilder(base)
                .POST(BodyPublishers.ofByteArray(new byte[LIMIT + 1]))
                .build());
        HttpResponse<String> chunked = send(HttpRequest.newBuilder(base)
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[LIMIT + 1])))
                .build());
        HttpResponse<String> fits = send(HttpRequest.newBuilder(base)
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[LIMIT])))
                .build());

        assertThat(announced.statusCode()).isEqualTo(413);
        assertThat(announced.body()).contains("1000 bytes");
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(fits.statusCode()).isEqualTo(204);
    }

    @Test
    void a_client_that_expects_a_go_ahead_gets_it() throws Exception {
        URI base = start(call -> HttpAnswer.text(200, new String(call.body(), StandardCharsets.UTF_8)));

        assertThat(send(HttpRequest.newBuilder(base)
                                .expectContinue(true)
                                .POST(BodyPublishers.ofString("hello"))
                                .build())
                        .body())
                .isEqualTo("hello");
    }

    @Test
    void requests_on_one_connection_are_answered_in_order_also_when_they_come_at_once() throws Exception {
        URI base = start(call -> HttpAnswer.text(200, call.rawPath()));
        var requests = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        requests.append("GET http://proxied/last?x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        String answers = raw(base, requests.toString());

        int at = 0;
        for (int i = 0; i < 20; i++) {
            at = answers.indexOf("\r\n\r\n/" + i, at);
            assertThat(at).isPositive();
        }
        assertThat(answers).endsWith("/last").contains("connection: close");
    }

    @Test
    void an_http_1_0_client_gets_its_answer_and_the_end() throws Exception {
        URI base = start(call -> HttpAnswer.text(200, "old"));

        assertThat(raw(base, "GET / HTTP/1.0\r\n\r\n")).endsWith("old");
    }

    @Test
    void head_has_the_length_and_no_body() throws Exception {
        URI base = start(call -> HttpAnswer.text(200, "12345"));

        assertThat(raw(base, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("content-length: 5")
                .endsWith("\r\n\r\n");
    }

    @Test
    void what_is_no_http_is_answered_400_and_closed() throws Exception {
        URI base = start(call -> HttpAnswer.of(204));

        assertThat(raw(base, "\u0001\u0002 nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw(base, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw(base, "GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(raw(base, "GET / HTTP/1.1\r\nHost: " + "x".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(raw(base, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(send(HttpRequest.newBuilder(base).build()).statusCode()).isEqualTo(204);
    }

    @Test
    void a_handler_is_interrupted_when_its_client_goes_away() throws Exception {
        var began = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        URI base = start(call -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return HttpAnswer.of(204);
        });

        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void the_same_over_tls() throws Exception {
        CertificateAuthority ca =
                CertificateAuthority.create("root", Duration.ofDays(2), Time.system(), Randomness.secure());
        Issued issued = ca.issueServer("hub", List.of(), List.of("127.0.0.1"), Duration.ofDays(2));
        var server = HttpServer.start(
                new InetSocketAddress("127.0.0.1", 0),
                loops,
                ServerTls.of(issued.chain(), issued.key()),
                tasks,
                call -> HttpAnswer.text(200, "secure"),
                LIMIT);
        servers.add(server);

        try (var secure = HttpClient.newBuilder().sslContext(trusting(ca)).build()) {
            assertThat(secure.send(
                                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("secure");
        }
    }

    @Test
    void a_busy_port_is_one_sentence_with_the_address() throws Exception {
        URI base = start(call -> HttpAnswer.of(204));

        assertThatThrownBy(() -> HttpServer.start(
                        new InetSocketAddress("127.0.0.1", base.getPort()),
                        loops,
                        null,
                        tasks,
                        call -> HttpAnswer.of(204),
                        LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + base.getPort());
    }

    private URI start(HttpHandler handler) throws IOException {
        var server = HttpServer.start(new InetSocketAddress("127.0.0.1", 0), loops, null, tasks, handler, LIMIT);
        servers.add(server);
        return URI.create("http://127.0.0.1:" + server.port() + "/");
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    /** Sends text and reads until the server closes. */
    private static String raw(URI base, String text) throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static SSLContext trusting(CertificateAuthority ca) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", ca.chain().getFirst());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
