package kant.protocol.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import kant.protocol.http.HttpAnswer;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.Issued;
import kant.protocol.tls.TestTls;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Port 443 with real TLS, for the JDK's clients and for bytes written by hand. */
@Timeout(60)
class WebHeadTest {
    private static final String IOT_HUB = "/$iothub/websocket";

    private final TestTls tls = new TestTls();
    private final EventLoops loops = EventLoops.start(2);
    private final Tasks tasks = Tasks.virtual("test");
    private final EchoService mqtt = new EchoService();
    private final EchoService amqp = new EchoService();
    private WebHead head;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        head = WebHead.start(
                new WebHeadConfig(new InetSocketAddress("127.0.0.1", 0), 50, 1000),
                loops,
                tls.server(),
                tasks,
                mqtt,
                amqp,
                call -> HttpAnswer.text(200, call.rawPath()));
        client = HttpClient.newBuilder().sslContext(tls.client()).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        head.close();
        tasks.close();
        loops.close();
    }

    /** Check 21: the subprotocol comes back, the query means nothing, the bytes go both ways. */
    @Test
    void check_21_a_websocket_for_mqtt() throws Exception {
        var heard = new Listener();
        WebSocket socket = connect(client, IOT_HUB + "?iothub-no-client-cert=true", heard, "mqtt");

        socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true).get(20, TimeUnit.SECONDS);

        assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
        assertThat(heard.bytes.poll(20, TimeUnit.SECONDS)).isEqualTo(new byte[] {1, 2, 3});
        assertThat(mqtt.certificates.take()).isEmpty();
        assertThat(amqp.served).isEmpty();
        socket.sendClose(1000, "bye").get(20, TimeUnit.SECONDS);
        assertThat(heard.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
        assertThat(mqtt.ended.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    /** Check 22. */
    @Test
    void check_22_an_unknown_subprotocol_or_path_is_answered_400() throws Exception {
        assertRefused(head.port(), IOT_HUB, "stomp");
        assertRefused(head.port(), IOT_HUB);
        assertRefused(head.port(), "/$servicebus/websocket", "mqtt");
        assertRefused(head.port(), "/elsewhere", "mqtt");
        assertRefused(head.port(), "/$iothub/websocket/more", "mqtt");
    }

    @Test
    void a_protocol_that_is_switched_off_is_answered_400() throws Exception {
        try (var onlyAmqp = WebHead.start(
                new WebHeadConfig(new InetSocketAddress("127.0.0.1", 0), 50, 1000),
                loops,
                tls.server(),
                tasks,
                null,
                amqp,
                call -> HttpAnswer.of(204))) {
            assertRefused(onlyAmqp.port(), IOT_HUB, "mqtt");
        }
    }

    @Test
    void of_several_subprotocols_the_first_known_is_taken() throws Exception {
        try (var raw = raw()) {
            raw.send(RawSocket.upgrade(
                    IOT_HUB, "Sec-WebSocket-Protocol: mqttv5, AMQPWSB10\r\nSec-WebSocket-Protocol: mqtt\r\n"));

            assertThat(raw.head())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-protocol: AMQPWSB10\r\n")
                    .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // RFC 6455 §1.3
            assertThat(amqp.served.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
    }

    /** Check 75: frames are no messages; pings may stand between their pieces. */
    @Test
    void check_75_amqp_bytes_in_pieces_and_in_one() throws Exception {
        try (var raw = amqp("https://edge.kant.test/$iothub/websocket?iothub-no-client-cert=true")) {
            raw.send(RawSocket.frame(false, Opcode.BINARY, new byte[] {'A', 'M'}));
            raw.send(RawSocket.frame(true, Opcode.PING, new byte[] {7}));
            raw.send(RawSocket.frame(false, Opcode.CONTINUATION, new byte[] {'Q'}));
            raw.send(RawSocket.frame(true, Opcode.CONTINUATION, new byte[] {'P'}));
            assertThat(raw.bytes(5)).containsExactlyInAnyOrder('A', 'M', 'Q', 'P', 7);

            var coalesced = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < 100; i++) {
                coalesced.writeBytes(RawSocket.frame(true, Opcode.BINARY, new byte[] {(byte) i}));
            }
            coalesced.writeBytes(RawSocket.frame(true, Opcode.BINARY, new byte[0]));
            byte[] large = new byte[300_000];
            large[299_999] = 9;
            coalesced.writeBytes(RawSocket.frame(true, Opcode.BINARY, large));
            raw.send(coalesced.toByteArray());

            byte[] echo = raw.bytes(300_100);
            assertThat(echo).hasSize(300_100).startsWith(0, 1, 2).endsWith(0, 0, 9);
            assertThat(echo[99]).isEqualTo((byte) 99);
        }
    }

    @Test
    void service_clients_find_amqp_at_their_own_path_by_either_name() throws Exception {
        try (var raw = amqp("https://hub.kant.test/$servicebus/websocket")) {
            raw.send(RawSocket.frame(true, Opcode.BINARY, new byte[] {1}));
            assertThat(raw.bytes(1)).containsExactly(1);
        }
        WebSocket other = connect(client, IOT_HUB, new Listener(), "amqp");
        assertThat(other.getSubprotocol()).isEqualTo("amqp");
        other.abort();
    }

    @Test
    void the_certificate_of_the_tls_connection_is_the_inner_protocols_too() throws Exception {
        Issued device = tls.device("dev1");
        SSLContext context = tls.client(device);

        try (var shows = HttpClient.newBuilder().sslContext(context).build()) {
            connect(shows, IOT_HUB, new Listener(), "mqtt").abort();

            assertThat(mqtt.certificates.poll(20, TimeUnit.SECONDS)).isEqualTo(device.chain());
            shows.shutdownNow();
        }
    }

    @Test
    void http_and_websocket_share_the_port_and_even_the_connection() throws Exception {
        assertThat(get("/devices/dev1").body()).isEqualTo("/devices/dev1");
        try (var raw = raw()) {
            raw.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n"
                    + RawSocket.upgrade(IOT_HUB, "Sec-WebSocket-Protocol: mqtt\r\n"));

            assertThat(raw.head()).startsWith("HTTP/1.1 200 ");
            assertThat(raw.head()).startsWith("/firstHTTP/1.1 101 ");
            raw.send(RawSocket.frame(true, Opcode.BINARY, new byte[] {5}));
            assertThat(raw.bytes(1)).containsExactly(5);
        }
        assertThat(get(IOT_HUB).body()).isEqualTo(IOT_HUB); // no upgrade asked for: the API's
    }

    @Test
    void what_is_no_websocket_request_is_answered_400() throws Exception {
        String good = RawSocket.upgrade(IOT_HUB, "Sec-WebSocket-Protocol: mqtt\r\n");
        assertHead(good.replace("GET", "POST"), "HTTP/1.1 400 ");
        assertHead(good.replace("Version: 13", "Version: 8"), "HTTP/1.1 400 ");
        assertHead(good.replace("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), "HTTP/1.1 400 ");
        assertHead(good.replace("Connection: Upgrade,Keep-Alive\r\n", ""), "HTTP/1.1 400 ");
        assertHead(good.replace("$iothub", "%zz"), "HTTP/1.1 400 ");
        assertThat(mqtt.served).isEmpty();
    }

    @Test
    void text_is_a_protocol_error_and_so_is_everything_that_no_client_sends() throws Exception {
        assertClosed(RawSocket.frame(true, Opcode.TEXT, "hello".getBytes()), 1003);
        assertClosed(new byte[] {(byte) 0x82, 1, 0}, 1002); // not masked
        assertClosed(RawSocket.frame(true, Opcode.CONTINUATION, new byte[1]), 1002);
        assertClosed(RawSocket.frame(true, 3, new byte[1]), 1002);
        assertClosed(new byte[] {(byte) 0xc2, (byte) 0x80, 0, 0, 0, 0}, 1002); // compressed
        assertClosed(RawSocket.frame(false, Opcode.PING, new byte[1]), 1002);
        assertClosed(RawSocket.frame(true, Opcode.PING, new byte[126]), 1002);
        assertClosed(RawSocket.frame(true, Opcode.CLOSE, new byte[1]), 1002);
        assertClosed(new byte[] {(byte) 0x82, (byte) 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 1009);
        assertClosed(new byte[] {(byte) 0x82, (byte) 0xff, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 1009);
    }

    @Test
    void a_service_that_closes_says_so_and_waits_for_the_answer() throws Exception {
        try (var raw = mqtt()) {
            var channel = mqtt.served.take();
            var closed = channel.close();

            RawSocket.Frame farewell = raw.frame();
            assertThat(farewell.opcode()).isEqualTo(Opcode.CLOSE);
            assertThat(farewell.code()).isEqualTo(1000);
            assertThat(channel.isOpen()).isTrue();
            raw.send(RawSocket.frame(true, Opcode.BINARY, new byte[] {1})); // crossed on the way: dropped
            raw.send(RawSocket.frame(true, Opcode.CLOSE, farewell.payload()));
            assertThat(raw.isAtEnd()).isTrue();
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_client_that_does_not_answer_a_close_is_not_waited_for_long() throws Exception {
        try (var raw = mqtt()) {
            var channel = mqtt.served.take();
            channel.config().setAutoRead(false); // as a service that takes no more
            assertThat(channel.close().await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(raw.frame().opcode()).isEqualTo(Opcode.CLOSE);
            assertThat(raw.isAtEnd()).isTrue();
        }
    }

    @Test
    void a_client_that_reads_nothing_gets_no_pongs_that_pile_up() throws Exception {
        try (var raw = mqtt()) {
            var channel = mqtt.served.take();
            byte[] pings = new byte[4000 * 131];
            byte[] ping = RawSocket.frame(true, Opcode.PING, new byte[125]);
            for (int i = 0; i < 4000; i++) {
                System.arraycopy(ping, 0, pings, i * ping.length, ping.length);
            }
            for (int i = 0; i < 40; i++) {
                raw.send(pings);
            }

            long most = channel.config().getWriteBufferHighWaterMark() + 1000;
            assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                    .isLessThan(2 * most);
        }
    }

    @Test
    void a_service_that_does_not_read_holds_its_client_up() throws Exception {
        try (var raw = mqtt()) {
            var channel = mqtt.served.take();
            channel.config().setAutoRead(false);
            byte[] frame = RawSocket.frame(true, Opcode.BINARY, new byte[100_000]);
            var sent = new AtomicInteger();
            var allSent = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 400; i++) {
                    send(raw, frame);
                    sent.incrementAndGet();
                }
            });

            int before = -1;
            for (int calm = 0;
                    calm < 20;
                    calm = sent.get() > 0 && before == sent.get() ? calm + 1 : 0, before = sent.get()) {
                LockSupport.parkNanos(20_000_000);
            }
            assertThat(sent.get()).isBetween(1, 399); // what the sockets hold, and no more

            channel.config().setAutoRead(true);
            raw.bytes(400 * 100_000);
            allSent.get(20, TimeUnit.SECONDS);
        }
    }

    // ---- steps

    private static void send(RawSocket raw, byte[] bytes) {
        try {
            raw.send(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<byte[]> bytes = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            bytes.add(copy);
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    private WebSocket connect(HttpClient from, String target, WebSocket.Listener listener, String... subprotocols)
            throws Exception {
        return connect(from, head.port(), target, listener, subprotocols);
    }

    private static WebSocket connect(
            HttpClient from, int port, String target, WebSocket.Listener listener, String... subprotocols)
            throws Exception {
        var builder = from.newWebSocketBuilder();
        for (int i = 0; i < subprotocols.length; i++) {
            builder.subprotocols(subprotocols[i]);
        }
        return builder.buildAsync(URI.create("wss://127.0.0.1:" + port + target), listener)
                .get(20, TimeUnit.SECONDS);
    }

    private void assertRefused(int port, String target, String... subprotocols) {
        assertThatThrownBy(() -> connect(client, port, target, new Listener(), subprotocols))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(e -> {
                    HttpResponse<?> answer = ((WebSocketHandshakeException) e.getCause()).getResponse();
                    assertThat(answer.statusCode()).isEqualTo(400);
                    assertThat(answer.headers().firstValue("iothub-errorcode")).contains("ArgumentInvalid");
                });
    }

    private void assertHead(String request, String start) throws Exception {
        try (var raw = raw()) {
            raw.send(request);
            assertThat(raw.head()).startsWith(start);
        }
    }

    private void assertClosed(byte[] frame, int code) throws Exception {
        try (var raw = mqtt()) {
            raw.send(frame);
            RawSocket.Frame farewell = raw.frame();
            assertThat(farewell.opcode()).isEqualTo(Opcode.CLOSE);
            assertThat(farewell.code()).isEqualTo(code);
        }
        assertThat(mqtt.ended.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    private HttpResponse<String> get(String target) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + head.port() + target))
                        .build(),
                BodyHandlers.ofString());
    }

    private RawSocket mqtt() throws Exception {
        return upgraded(IOT_HUB, "mqtt");
    }

    private RawSocket amqp(String target) throws Exception {
        return upgraded(target, "AMQPWSB10");
    }

    private RawSocket upgraded(String target, String subprotocol) throws Exception {
        RawSocket raw = raw();
        raw.send(RawSocket.upgrade(target, "Sec-WebSocket-Protocol: " + subprotocol + "\r\n"));
        assertThat(raw.head()).startsWith("HTTP/1.1 101 ");
        return raw;
    }

    private RawSocket raw() throws IOException {
        try {
            return new RawSocket(tls.client().getSocketFactory().createSocket("127.0.0.1", head.port()));
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
