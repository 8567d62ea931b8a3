package kant.protocol.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpService;
import kant.protocol.net.EventLoops;
import kant.protocol.net.LineBudget;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bytes that are no HTTP and no WebSocket, or almost: they cost their connection and nothing that stays. */
class HostileBytesTest {
    private static final int ROUNDS = 2000;
    private static final String GOOD = RawSocket.upgrade("/$iothub/websocket?x=y", "Sec-WebSocket-Protocol: mqtt\r\n");
    private static final String POST =
            "POST /devices/d/messages/events?a=b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final EventLoops loops = EventLoops.start(1);
    private final EchoService mqtt = new EchoService();

    /** Answers on the loop itself, so that a test sees the answer at once. */
    private static final class Inline implements Tasks {
        @Override
        public Cancellable spawn(String name, Runnable task) {
            task.run();
            return () -> {};
        }

        @Override
        public Cancellable after(Duration delay, String name, Runnable task) {
            throw new AssertionError("nothing waits here");
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void stop() {
        loops.close();
    }

    @Test
    void random_bytes() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new Random(seed);
            byte[] bytes = new byte[1 + random.nextInt(500)];
            random.nextBytes(bytes);
            feed(bytes, random);
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void requests_with_some_bytes_changed() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new Random(seed);
            byte[] bytes = (random.nextBoolean() ? GOOD : POST + GOOD + POST).getBytes(StandardCharsets.ISO_8859_1);
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            feed(bytes, random);
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void random_frames_after_the_upgrade() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new Random(seed);
            byte[] head = GOOD.getBytes(StandardCharsets.ISO_8859_1);
            byte[] bytes = java.util.Arrays.copyOf(head, head.length + 1 + random.nextInt(300));
            for (int i = head.length; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? 0x82 : random.nextInt());
            }
            feed(bytes, random);
        }
        assertThat(mqtt.served).hasSize(ROUNDS);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    /** In pieces, as a socket would give them; then the client goes. */
    private void feed(byte[] bytes, Random random) {
        var channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        var upgrade = new WebSocketUpgrade(mqtt, null, new LineBudget(0));
        HttpService.of(new Inline(), call -> HttpAnswer.text(200, call.rawPath()), 1000, loops)
                .upgradableBy(upgrade)
                .serve(channel);
        for (int at = 0; at < bytes.length && channel.isOpen(); ) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(bytes.length));
            channel.writeInbound(allocator.buffer(count).writeBytes(bytes, at, count));
            channel.runPendingTasks();
            at += count;
        }
        String answer = answer(channel);
        assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 "))
                .as(answer)
                .isTrue();
        channel.finishAndReleaseAll(); // throws what reached the pipeline's end
    }

    private static String answer(EmbeddedChannel channel) {
        var text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return text.toString();
    }

    /** The answers of a well-formed conversation, so that the rest of this class is known to try something. */
    @Test
    void what_is_well_formed_is_answered() {
        var channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        HttpService.of(new Inline(), call -> HttpAnswer.text(200, call.rawPath()), 1000, loops)
                .upgradableBy(new WebSocketUpgrade(mqtt, null, new LineBudget(0)))
                .serve(channel);

        for (String request : List.of(POST, GOOD)) {
            byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
            channel.writeInbound(allocator.buffer(bytes.length).writeBytes(bytes));
            channel.runPendingTasks();
        }
        byte[] frame = RawSocket.frame(true, Opcode.BINARY, "echo".getBytes(StandardCharsets.US_ASCII));
        channel.writeInbound(allocator.buffer(frame.length).writeBytes(frame));

        assertThat(answer(channel))
                .startsWith("HTTP/1.1 200 ")
                .contains("/devices/d/messages/events", "HTTP/1.1 101 ")
                .endsWith("\u0082\u0004echo");
        channel.finishAndReleaseAll();
    }
}
