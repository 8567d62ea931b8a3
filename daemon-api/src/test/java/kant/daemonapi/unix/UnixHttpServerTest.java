package kant.daemonapi.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class UnixHttpServerTest {
    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private final CountDownLatch sourceClosed = new CountDownLatch(1);
    private Path socket;
    private UnixHttpServer server;

    @BeforeEach
    void start() throws IOException {
        socket = folder.resolve("api.sock");
        server = serve();
    }

    @AfterEach
    void stop() {
        server.close();
        tasks.close();
    }

    @AfterAll
    static void stopLoops() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void every_status_line_has_exactly_three_words() throws IOException {
        for (int status : List.of(200, 201, 400, 403, 404, 408, 409, 413, 415, 422, 500, 503)) {
            try (var wire = Wire.open(socket)) {
                String line = wire.say("GET /status/" + status + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        .all()
                        .split("\r\n")[0];

                assertThat(line.split(" ")).hasSize(3).contains(Integer.toString(status));
            }
        }
    }

    @Test
    void an_answer_is_one_ascii_line_with_its_length_and_then_the_end() throws IOException {
        try (var wire = Wire.open(socket)) {
            wire.say("GET /umlaut HTTP/1.1\r\nHost: /run/x.sock\r\nConnection: close\r\n\r\n");

            String first = wire.once();

            assertThat(first).contains("\r\nContent-Length: 17\r\n").endsWith("\r\n\r\n{\"text\":\"\\u00E4\"}");
            assertThat(first).doesNotContain("Transfer-Encoding");
            assertThat(wire.all()).isEmpty();
        }
    }

    @Test
    void a_connection_is_kept_for_a_second_request_unless_the_client_says_close() throws IOException {
        try (var wire = Wire.open(socket)) {
            wire.say("GET /umlaut HTTP/1.1\r\nHost: x\r\n\r\n").once();

            String second = wire.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
                    .once();

            assertThat(second).endsWith("{\"method\":\"POST\",\"body\":\"hi\"}");
        }
    }

    @Test
    void a_body_in_chunks_is_understood() throws IOException {
        try (var wire = Wire.open(socket)) {
            String answer = wire.say("PUT /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3\r\n you\r\n0\r\n\r\n"
                                    .replace("3\r\n you", "4\r\n you"))
                    .all();

            assertThat(answer).contains("\"body\":\"hi you\"");
        }
    }

    @Test
    void a_withheld_body_is_answered_with_408() throws IOException {
        try (var wire = Wire.open(socket)) {
            String answer = wire.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
                    .all();

            assertThat(answer).startsWith("HTTP/1.1 408 RequestTimeout");
        }
    }

    @Test
    void a_body_over_the_limit_is_answered_with_413() throws IOException {
        try (var wire = Wire.open(socket)) {
            String answer = wire.say(
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + "x".repeat(2000))
                    .all();

            assertThat(answer).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void what_is_not_http_is_answered_with_400_and_the_server_lives() throws IOException {
        try (var wire = Wire.open(socket)) {
            assertThat(wire.say("\u0016\u0003\u0001garbage\r\n\r\n").all()).startsWith("HTTP/1.1 400 ");
        }
        assertThat(get("/umlaut").status()).isEqualTo(200);
    }

    @Test
    void a_handler_that_fails_answers_500_with_the_chain_of_causes() throws IOException {
        UnixReply reply = get("/fail");

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.message()).isEqualTo("outer\ncaused by: inner");
    }

    @Test
    void the_handler_sees_the_pid_of_the_peer() throws IOException {
        assertThat(get("/pid").json().path("pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void one_connection_more_than_allowed_is_closed_without_an_answer() throws IOException {
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                var wire = Wire.open(socket);
                wires.add(wire);
                wire.say("GET /umlaut HTTP/1.1\r\nHost: x\r\n\r\n").once();
            }
            try (var fourth = Wire.open(socket)) {
                assertThat(fourth.all()).isEmpty();
            }
            wires.removeFirst().close();
            assertThat(eventuallyAnswered()).isTrue();
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    @Test
    void the_socket_has_its_mode_and_replaces_a_folder_and_a_link_without_following_it() throws IOException {
        server.close();
        Path target = Files.writeString(folder.resolve("precious"), "keep me");
        Files.createSymbolicLink(socket, target);
        server = serve();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw----");
        assertThat(target).hasContent("keep me");

        server.close();
        Files.createDirectories(socket.resolve("made/by/an/engine"));
        server = serve();

        assertThat(get("/umlaut").status()).isEqualTo(200);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(socket, target);
        }
    }

    @Test
    void a_closed_server_leaves_no_file() throws IOException {
        server.close();

        assertThat(socket).doesNotExist();
        assertThatThrownBy(() -> get("/umlaut")).hasMessageContaining("cannot connect to \"" + socket + "\"");
    }

    @Test
    void a_path_too_long_for_a_socket_is_refused_with_its_length() {
        Path longPath = folder.resolve("m".repeat(120) + ".sock");

        assertThatThrownBy(() -> UnixHttpServer.start(
                        UnixServerConfig.of(longPath, "rw-rw-rw-", 3), LOOPS, tasks, _ -> ApiAnswer.noContent()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("107 are possible");
    }

    @Test
    void a_stream_arrives_whole_and_ends() throws IOException {
        try (var response = client().open(UnixRequest.of("GET", "/stream"), LIMIT)) {
            assertThat(response.body().readAllBytes()).hasSize(100_000);
        }
    }

    @Test
    void the_source_of_a_stream_is_closed_when_the_client_goes_away() throws Exception {
        var response = client().open(UnixRequest.of("GET", "/endless"), LIMIT);
        response.body().readNBytes(10);

        response.close();

        assertThat(sourceClosed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_call_without_an_answer_ends_at_its_limit() {
        assertThatThrownBy(() -> client().call(UnixRequest.of("GET", "/hang"), Duration.ofMillis(100)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("to GET /hang within 100 ms");
    }

    private boolean eventuallyAnswered() throws IOException {
        for (int attempt = 0; attempt < 1000; attempt++) {
            try (var wire = Wire.open(socket)) {
                if (!wire.say("GET /umlaut HTTP/1.1\r\nHost: x\r\n\r\n").once().isEmpty()) {
                    return true;
                }
            } catch (IOException _) {
                Thread.onSpinWait(); // cut off: the freed place is not counted yet
            }
        }
        return false;
    }

    private UnixHttpServer serve() throws IOException {
        var config = new UnixServerConfig(socket, "rw-rw----", 3, 1000, Duration.ofMillis(300), Duration.ofSeconds(20));
        return UnixHttpServer.start(config, LOOPS, tasks, this::answer);
    }

    private UnixHttpClient client() {
        return new UnixHttpClient(socket, tasks);
    }

    private UnixReply get(String target) throws IOException {
        return client().call(UnixRequest.of("GET", target), LIMIT);
    }

    private ApiAnswer answer(ApiCall call) throws Exception {
        var json = JsonNodeFactory.instance.objectNode();
        return switch (call.segments().getFirst()) {
            case "status" -> ApiAnswer.error(Integer.parseInt(call.segments().get(1)), "why");
            case "umlaut" -> ApiAnswer.ok(json.put("text", "ä"));
            case "echo" ->
                ApiAnswer.ok(
                        json.put("method", call.method()).put("body", new String(call.body(), StandardCharsets.UTF_8)));
            case "pid" -> ApiAnswer.ok(json.put("pid", call.peer().pid()));
            case "stream" -> new ApiAnswer.Stream(200, "text/plain", new ByteArrayInputStream(new byte[100_000]));
            case "endless" -> new ApiAnswer.Stream(200, "text/plain", new Endless());
            case "hang" -> {
                new CountDownLatch(1).await();
                yield ApiAnswer.noContent();
            }
            default -> throw new IOException("outer", new IOException("inner"));
        };
    }

    private final class Endless extends InputStream {
        @Override
        public int read() {
            return sourceClosed.getCount() == 0 ? -1 : 'x';
        }

        @Override
        public void close() {
            sourceClosed.countDown();
        }
    }
}
