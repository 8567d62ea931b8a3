package kant.protocol.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames in whatever pieces they arrive, and bytes that are none. */
class FrameParserTest {
    private static final int ROUNDS = 3000;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    private static final class Heard implements FrameParser.Sink {
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private final List<String> control = new ArrayList<>();

        @Override
        public void data(ByteBuf piece) {
            byte[] bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            piece.release();
            data.writeBytes(bytes);
        }

        @Override
        public void ping(ByteBuf payload) {
            control.add("ping " + payload.readableBytes());
            payload.release();
        }

        @Override
        public void close(int code) {
            control.add("close " + code);
        }
    }

    @Test
    void however_a_stream_is_cut_the_same_comes_out() throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new Random(seed);
            var stream = new ByteArrayOutputStream();
            var sent = new ByteArrayOutputStream();
            List<String> control = new ArrayList<>();
            boolean open = false;
            int frames = 1 + random.nextInt(6);
            for (int i = 0; i < frames; i++) {
                byte[] payload = new byte[random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(130)];
                random.nextBytes(payload);
                boolean fin = random.nextBoolean();
                stream.writeBytes(RawSocket.frame(fin, open ? Opcode.CONTINUATION : Opcode.BINARY, payload));
                sent.writeBytes(payload);
                open = !fin;
                if (random.nextBoolean()) {
                    stream.writeBytes(RawSocket.frame(true, Opcode.PING, new byte[i]));
                    control.add("ping " + i);
                }
            }
            stream.writeBytes(RawSocket.frame(true, Opcode.CLOSE, new byte[] {3, (byte) 0xe9}));
            control.add("close 1001");

            var heard = new Heard();
            var parser = new FrameParser();
            byte[] all = stream.toByteArray();
            for (int at = 0; at < all.length; ) {
                int bytes = Math.min(all.length - at, 1 + random.nextInt(random.nextBoolean() ? 5 : 20_000));
                feed(parser, heard, all, at, bytes);
                at += bytes;
            }

            assertThat(heard.data.toByteArray()).as("seed " + seed).isEqualTo(sent.toByteArray());
            assertThat(heard.control).as("seed " + seed).isEqualTo(control);
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void any_bytes_are_frames_or_a_violation_and_cost_nothing() throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new Random(seed);
            byte[] bytes = new byte[1 + random.nextInt(400)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                bytes[0] = (byte) (random.nextInt(16) | random.nextInt(2) << 7);
            }
            try {
                feed(new FrameParser(), new Heard(), bytes, 0, bytes.length);
            } catch (FrameViolation violation) {
                assertThat(violation.code()).isNotNull();
            }
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    private void feed(FrameParser parser, FrameParser.Sink sink, byte[] bytes, int from, int count)
            throws FrameViolation {
        ByteBuf piece = allocator.buffer(count).writeBytes(bytes, from, count);
        try {
            parser.read(piece, sink);
        } finally {
            piece.release();
        }
    }
}
