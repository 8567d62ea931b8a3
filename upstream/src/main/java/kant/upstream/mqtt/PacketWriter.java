package kant.upstream.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.concurrent.RejectedExecutionException;

/** Writes one connection's packets: one flush, and so few TLS records, for all of one turn of the event loop. */
final class PacketWriter {
    private final Channel channel;
    private final KeepAlive keepAlive;
    private boolean flushing;

    PacketWriter(Channel channel, KeepAlive keepAlive) {
        this.channel = channel;
        this.keepAlive = keepAlive;
    }

    void write(MqttMessage packet) {
        keepAlive.written(now());
        // a packet that cannot be written ends the connection: its sender would wait for an answer for ever
        channel.write(packet).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    void flush() {
        flushing = false;
        channel.flush();
    }

    /** Whether the socket takes more; where not, the channel tells when it does again. */
    boolean hasRoom() {
        return channel.isWritable();
    }

    /** Runs a step on the event loop; never where the program has stopped it. */
    void run(Runnable step) {
        try {
            channel.eventLoop().execute(step);
        } catch (RejectedExecutionException _) {
            // there is nobody left to write for
        }
    }

    /** The event loop's clock, which tests can hold. */
    long now() {
        return channel.eventLoop().ticker().nanoTime();
    }
}
