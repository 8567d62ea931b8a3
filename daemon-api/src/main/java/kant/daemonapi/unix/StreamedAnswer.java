package kant.daemonapi.unix;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies a source to a client in chunks, no faster than the client reads; blocks, so it runs on a virtual thread. */
final class StreamedAnswer {
    private static final Logger log = LoggerFactory.getLogger(StreamedAnswer.class);
    private static final int PIECE_BYTES = 16 * 1024;
    /** A client that does not take a piece for this long is gone. */
    private static final int STALL_SECONDS = 60;

    private StreamedAnswer() {}

    static void send(Channel channel, ApiAnswer.Stream answer) {
        channel.closeFuture().addListener(_ -> close(answer.source()));
        boolean whole = write(channel, Unpooled.wrappedBuffer(AnswerText.stream(answer)));
        try (InputStream source = answer.source()) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int n = source.read(piece); n >= 0 && whole; n = source.read(piece)) {
                whole = n == 0 || write(channel, chunk(piece, n));
            }
        } catch (IOException e) {
            // a closed source is how a client that went away ends this; anything else cuts the stream short of its last
            // chunk
            log.atDebug().addKeyValue("reason", e.getMessage()).log("a streamed answer ended early");
            whole = false;
        }
        if (whole) {
            channel.writeAndFlush(Unpooled.copiedBuffer("0\r\n\r\n", StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            var _ = channel.close();
        }
    }

    private static boolean write(Channel channel, ByteBuf bytes) {
        ChannelFuture written = channel.writeAndFlush(bytes);
        return written.awaitUninterruptibly(STALL_SECONDS, TimeUnit.SECONDS) && written.isSuccess();
    }

    private static ByteBuf chunk(byte[] piece, int length) {
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[size.length + length + 2];
        System.arraycopy(size, 0, bytes, 0, size.length);
        System.arraycopy(piece, 0, bytes, size.length, length);
        bytes[bytes.length - 2] = '\r';
        bytes[bytes.length - 1] = '\n';
        return Unpooled.wrappedBuffer(bytes);
    }

    private static void close(InputStream source) {
        try {
            source.close();
        } catch (IOException e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("a streamed answer's source did not close cleanly");
        }
    }
}
