package kant.protocol.amqp;

import io.netty.channel.Channel;
import java.util.function.Consumer;
import kant.protocol.net.OnLoop;
import org.apache.qpid.protonj2.engine.EventHandler;

/**
 * What all parts of one connection share.
 *
 * @param bug ends the connection for a fault of ours
 * @param protocol how the peer came: {@code amqp} or {@code amqpWs}
 */
@OnLoop
record ConnectionContext(
        HeadContext head,
        Channel channel,
        LoopQueue loop,
        Inflight inflight,
        Consumer<Throwable> bug,
        String protocol) {

    /** A handler whose exceptions are bugs; protonj2 would blame the peer for them, or say nothing. */
    <T> EventHandler<T> guarded(Consumer<T> handler) {
        return event -> {
            try {
                handler.accept(event);
            } catch (RuntimeException | AssertionError failure) {
                bug.accept(failure);
            }
        };
    }

    AmqpLimits limits() {
        return head.limits();
    }

    boolean isWritable() {
        return channel.isWritable();
    }
}
