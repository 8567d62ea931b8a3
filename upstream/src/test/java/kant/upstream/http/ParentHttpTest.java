package kant.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.protocol.http.HttpServer;
import kant.protocol.net.EventLoops;
import kant.upstream.HttpProxy;
import kant.upstream.ParentConfig;
import kant.upstream.TestTls;
import kant.upstream.dial.ConnectProxy;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against our own server, and against one that misbehaves. */
@Timeout(60)
class ParentHttpTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final TestTls TLS = new TestTls();
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private @Nullable ParentHttp client;
    private @Nullable AutoCloseable server;

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
        tasks.close();
        loops.close();
    }

    private ParentHttp clientTo(int port) throws IOException {
        client = new ParentHttp(
                new ParentConfig(TestTls.HOST, "127.0.0.1", 8883, port, TLS.client()), loops, Time.system());
        return client;
    }

    private ParentHttp serve(HttpHandler handler) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer started = HttpServer.start(address, loops, TLS.server(), tasks, handler, 1 << 20);
        server = started;
        return clientTo(started.port());
    }

    private FakeHttp misbehave(FakeHttp.Script script) throws IOException {
        var started = new FakeHttp(loops, TLS.server(), script);
        server = started;
        clientTo(started.port());
        return started;
    }

    private HttpReply call(String method, String path) throws IOException {
        assertThat(client).isNotNull();
        return client.call(method, path, Map.of(), null, LIMIT);
    }

    // ---- against our own server

    @Test
    void a_call_goes_through_the_proxy() throws Exception {
        serve(_ -> new HttpAnswer(200, Map.of(), "through".getBytes(StandardCharsets.UTF_8)));
        int port = ((HttpServer) server).port();
        try (var proxy = new ConnectProxy(loops, null);
                var through = new ParentHttp(
                        new ParentConfig(TestTls.HOST, null, 8883, port, TLS.client())
                                .through(HttpProxy.parse("127.0.0.1:" + proxy.port(), null)),
                        loops,
                        Time.system())) {

            HttpReply reply = through.call("GET", "/", Map.of(), null, LIMIT);

            assertThat(reply.text()).isEqualTo("through");
            assertThat(proxy.tunnels).containsExactly(TestTls.HOST + ":" + port);
        }
    }

    @Test
    void a_proxy_that_wants_credentials_is_named_where_it_gets_none() throws Exception {
        try (var proxy = new ConnectProxy(loops, "basic x");
                var through = new ParentHttp(
                        ParentConfig.of(TestTls.HOST, TLS.client())
                                .through(HttpProxy.parse("127.0.0.1:" + proxy.port(), null)),
                        loops,
                        Time.system())) {

            assertThatThrownBy(() -> through.call("GET", "/", Map.of(), null, LIMIT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("407");
        }
    }

    @Test
    void a_call_carries_method_path_headers_and_body_and_brings_back_the_answer() throws Exception {
        var seen = new CompletableFuture<HttpCall>();
        ParentHttp http = serve(call -> {
            seen.complete(call);
            return HttpAnswer.json(201, "{\"a\":1}").with("ETag", "\"7\"");
        });

        HttpReply reply = http.call(
                "POST",
                "/devices/d%201/modules/$edgeHub/x?api-version=1&k=%26",
                Map.of("Authorization", "SharedAccessSignature sr=x"),
                "bödy".getBytes(StandardCharsets.UTF_8),
                LIMIT);

        HttpCall call = seen.get(1, TimeUnit.SECONDS);
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.path()).containsExactly("devices", "d 1", "modules", "$edgeHub", "x");
        assertThat(call.parameter("k")).contains("&");
        assertThat(call.header("authorization")).contains("SharedAccessSignature sr=x");
        assertThat(call.header("host").orElse("")).startsWith(TestTls.HOST + ":");
        assertThat(new String(call.body(), StandardCharsets.UTF_8)).isEqualTo("bödy");
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.succeeded()).isTrue();
        assertThat(reply.headers()).containsEntry("etag", "\"7\"");
        assertThat(reply.text()).isEqualTo("{\"a\":1}");
    }

    @Test
    void one_connection_carries_many_calls() throws Exception {
        List<Integer> ports = new CopyOnWriteArrayList<>();
        serve(call -> {
            ports.add(call.peer().getPort());
            return HttpAnswer.of(204);
        });

        for (int i = 0; i < 5; i++) {
            assertThat(call("GET", "/again").status()).isEqualTo(204);
        }

        assertThat(ports).hasSize(5);
        assertThat(ports.stream().distinct()).hasSize(1);
    }

    @Test
    void calls_at_the_same_time_have_connections_of_their_own_and_no_more_than_the_limit_run() throws Exception {
        var sixteen = new CountDownLatch(16);
        var release = new CompletableFuture<Void>();
        ParentHttp http = serve(_ -> {
            sixteen.countDown();
            release.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return HttpAnswer.of(204);
        });
        for (int i = 0; i < 16; i++) {
            var _ = tasks.spawn("call", () -> {
                try {
                    http.call("GET", "/slow", Map.of(), null, LIMIT);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertThat(sixteen.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> http.call("GET", "/one-more", Map.of(), null, Duration.ofMillis(100)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("waits for its turn behind 16 others");

        release.complete(null);
        assertThat(call("GET", "/then").status()).isEqualTo(204);
    }

    @Test
    void an_error_status_is_an_answer_like_any_other() throws Exception {
        serve(_ -> HttpAnswer.json(404, "{\"Message\":\"ErrorCode:DeviceNotFound\"}"));

        HttpReply reply = call("GET", "/devices/none");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.succeeded()).isFalse();
        assertThat(reply.text()).contains("DeviceNotFound");
    }

    // ---- against one that misbehaves

    @Test
    void a_get_on_a_connection_that_the_parent_just_closed_is_made_again_on_a_new_one() throws Exception {
        FakeHttp fake = misbehave((peer, connection, request) -> {
            if (connection == 1 && request == 2) {
                peer.hangUp();
            } else {
                peer.say(OK);
            }
        });
        call("GET", "/first");

        assertThat(call("GET", "/second").text()).isEqualTo("hi");
        assertThat(fake.connections).hasValue(2);
        assertThat(fake.requests).hasSize(3);
    }

    @Test
    void a_post_that_the_parent_may_have_seen_is_not_made_twice() throws Exception {
        FakeHttp fake = misbehave((peer, _, request) -> {
            if (request == 2) {
                peer.hangUp();
            } else {
                peer.say(OK);
            }
        });
        call("GET", "/first");

        assertThatThrownBy(() -> call("POST", "/second?secret=x"))
                .isInstanceOf(IOException.class)
                .hasMessage("POST /second: the parent closed the connection before it answered");
        assertThat(fake.requests).hasSize(2);
    }

    @Test
    void a_parent_that_never_answers_costs_no_more_than_the_limit() throws Exception {
        misbehave((_, _, _) -> {});

        assertThatThrownBy(() -> client.call("GET", "/slow?x=1", Map.of(), null, Duration.ofMillis(200)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("GET /slow: the limit of 200 ms is over, the call waits for the answer");
    }

    @Test
    void a_connection_whose_call_was_given_up_is_closed_and_not_used_again() throws Exception {
        FakeHttp fake = misbehave((peer, connection, _) -> {
            if (connection == 2) {
                peer.say(OK);
            }
        });
        assertThatThrownBy(() -> client.call("GET", "/slow", Map.of(), null, Duration.ofMillis(200)))
                .isInstanceOf(SocketTimeoutException.class);

        assertThat(call("GET", "/next").text()).isEqualTo("hi");
        assertThat(fake.connections).hasValue(2);
        assertThat(fake.closed.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void connection_close_is_obeyed() throws Exception {
        FakeHttp fake = misbehave(
                (peer, _, _) -> peer.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"));

        call("GET", "/1");
        call("GET", "/2");

        assertThat(fake.connections).hasValue(2);
    }

    @Test
    void chunks_and_interim_answers_are_understood() throws Exception {
        misbehave((peer, _, _) -> peer.say("HTTP/1.1 100 Continue\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));

        assertThat(call("GET", "/").text()).isEqualTo("abcde");
        assertThat(call("GET", "/").text()).isEqualTo("abcde");
    }

    @Test
    void an_answer_without_end_is_cut_off() throws Exception {
        String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
        misbehave((peer, _, _) -> {
            peer.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 129; i++) {
                peer.say(chunk);
            }
        });

        assertThatThrownBy(() -> call("GET", "/endless"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than 8388608 bytes");
    }

    @Test
    void an_answer_that_ends_in_the_middle_is_a_failure() throws Exception {
        misbehave((peer, _, _) -> {
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhi");
            peer.hangUp();
        });

        assertThatThrownBy(() -> call("GET", "/cut"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in the middle of its answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0\1\2\3\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "hello\r\n\r\n"})
    void what_is_not_http_is_a_failure(String garbage) throws Exception {
        misbehave((peer, _, _) -> peer.say(garbage));

        assertThatThrownBy(() -> call("GET", "/garbage"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("GET /garbage");
    }

    @Test
    void a_parent_whose_certificate_names_another_host_sees_no_request() throws Exception {
        var impostor = new FakeHttp(loops, TLS.server("other.kant.test"), (peer, _, _) -> peer.say(OK));
        server = impostor;
        clientTo(impostor.port());

        assertThatThrownBy(() -> call("GET", "/secret"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TLS with \"hub.kant.test\" failed");
        assertThat(impostor.requests).isEmpty();
    }

    // ---- what never leaves

    @Test
    void nobody_listening_is_said_so() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        clientTo(free);

        assertThatThrownBy(() -> call("GET", "/"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot connect to")
                .hasMessageContaining("refused");
    }

    @Test
    void a_name_that_does_not_resolve_is_said_so() throws Exception {
        client = new ParentHttp(
                new ParentConfig("nowhere.invalid", null, 8883, 443, TLS.client()), loops, Time.system());

        assertThatThrownBy(() -> call("GET", "/"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"nowhere.invalid\" does not resolve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "devices", "/a b", "/a\r\nX: y", "/ü"})
    void a_path_that_is_not_one_is_refused_before_anything_is_sent(String path) throws Exception {
        clientTo(1);

        assertThatThrownBy(() -> call("GET", path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_header_cannot_smuggle_another_one() throws Exception {
        clientTo(1);

        assertThatThrownBy(() -> client.call("GET", "/", Map.of("x", "a\r\ny: b"), null, LIMIT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_interrupted_call_ends_at_once_and_stays_interrupted() throws Exception {
        var asked = new CountDownLatch(1);
        misbehave((_, _, _) -> asked.countDown());
        var outcome = new CompletableFuture<String>();
        var task = tasks.spawn("call", () -> {
            try {
                call("GET", "/slow");
            } catch (InterruptedIOException e) {
                outcome.complete(Thread.currentThread().isInterrupted() ? "interrupted" : "swallowed");
            } catch (IOException e) {
                outcome.completeExceptionally(e);
            }
        });
        assertThat(asked.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        task.cancel();

        assertThat(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    @Test
    void closing_ends_calls_that_wait() throws Exception {
        var asked = new CountDownLatch(1);
        misbehave((_, _, _) -> asked.countDown());
        var outcome = new CompletableFuture<Exception>();
        var _ = tasks.spawn("call", () -> {
            try {
                call("POST", "/slow");
            } catch (IOException e) {
                outcome.complete(e);
            }
        });
        assertThat(asked.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        client.close();

        assertThat(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).hasMessageContaining("closed the connection");
    }
}
