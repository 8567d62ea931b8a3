package kant.upstream.amqp;

import io.netty.channel.Channel;
import java.io.IOException;
import kant.upstream.Transport;
import kant.upstream.dial.Dial;
import kant.upstream.dial.Dialler;
import kant.upstream.dial.Peer;
import kant.world.Tasks.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * One try to connect: the parent's address, for which it blocks a virtual thread, then the channel and the connection on the
 * home loop. Once connected, it is the handle by which the connection is closed. All but {@link #resolve} runs on the loop.
 */
final class AmqpAttempt implements Dialler.Caller {
    private final AmqpParts parts;
    private final Transport transport;
    private final int number;
    private final AmqpConnection.Owner owner;

    private boolean dropped;
    private @Nullable Cancellable resolving;
    private @Nullable Dial dial;
    private @Nullable AmqpConnection connection;

    /** @param number picks one of the parent's addresses in turn */
    AmqpAttempt(AmqpParts parts, Transport transport, int number, AmqpConnection.Owner owner) {
        this.parts = parts;
        this.transport = transport;
        this.number = number;
        this.owner = owner;
    }

    void start() {
        resolving = parts.tasks().spawn("find the parent", this::resolve);
    }

    /** Calls it off, or closes what has come of it; its owner hears nothing any more. */
    void drop() {
        dropped = true;
        if (resolving != null) {
            resolving.cancel();
        }
        if (connection != null) {
            connection.close();
        } else if (dial != null) {
            dial.close();
        }
    }

    @Override
    public void assemble(Channel open) {
        connection = new AmqpConnection(open, parts, owner);
        open.pipeline().addLast(connection);
    }

    @Override
    public void unreached(String reason) {
        if (!dropped) {
            owner.unreached(reason);
        }
    }

    @Override
    public void failed(String reason) {
        if (dropped) {
            return;
        }
        if (connection != null) {
            connection.fail(reason);
        } else {
            owner.lost(reason);
        }
    }

    /** On a virtual thread. */
    private void resolve() {
        try {
            Peer peer = parts.dialler().resolve(transport, number);
            parts.onHome(() -> dial(peer));
        } catch (IOException e) {
            parts.onHome(() -> unreached(String.valueOf(e.getMessage())));
        }
    }

    private void dial(Peer peer) {
        if (!dropped) {
            dial = parts.dialler().dial(parts.home(), transport, peer, this);
        }
    }
}
