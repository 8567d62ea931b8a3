package kant.upstream.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.ByteBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.engine.Engine;

/**
 * Carries an engine's bytes to a channel and back. Frames are gathered until the turn of the event loop ends, or until there
 * are many: one write, and so few TLS records, for all of them. The engine's own buffers live on the heap, so that none can leak.
 */
final class EngineChannel {
    private static final int GATHERED_BYTES = 64 * 1024;

    /** What keeps a connection alive, and comes alone: the smallest frame there is (AMQP 1.0 §2.4.5). */
    private static final int EMPTY_FRAME_BYTES = 8;

    private final Channel channel;
    private final Engine engine;
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
    private boolean flushing;
    private long words;

    EngineChannel(Channel channel, Engine engine) {
        this.channel = channel;
        this.engine = engine;
        engine.outputHandler((bytes, _) -> write(bytes));
    }

    /** Feeds what came from the parent; the buffer stays the caller's. */
    void read(ByteBuf bytes) {
        byte[] heap = ByteBufUtil.getBytes(bytes);
        if (heap.length > EMPTY_FRAME_BYTES) {
            words++;
        }
        engine.ingest(ProtonByteArrayBufferAllocator.wrapped(heap));
    }

    /** How often the parent said more than that it is there. */
    long words() {
        return words;
    }

    /** Whether the socket takes more; where not, the channel tells when it does again. */
    boolean hasRoom() {
        return channel.isWritable();
    }

    /** Sends what is gathered. */
    void flush() {
        flushing = false;
        hand();
        channel.flush();
    }

    /** Lets go of what is gathered: the channel has closed. */
    void release() {
        gathered.release();
        gathered = Unpooled.EMPTY_BUFFER;
    }

    private void write(ProtonBuffer frame) {
        int size = frame.getReadableBytes();
        if (gathered == Unpooled.EMPTY_BUFFER) {
            gathered = channel.alloc().buffer(Math.max(size, 1024));
        }
        gathered.ensureWritable(size);
        ByteBuffer room = gathered.nioBuffer(gathered.writerIndex(), size);
        frame.readBytes(room);
        gathered.writerIndex(gathered.writerIndex() + size);
        frame.close();
        if (gathered.readableBytes() >= GATHERED_BYTES) {
            hand();
        }
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    private void hand() {
        if (gathered.isReadable()) {
            ByteBuf full = gathered;
            gathered = Unpooled.EMPTY_BUFFER;
            // what cannot be written ends the connection: its sender would wait for an answer for ever
            channel.write(full).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }
}
