package kant.protocol.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A listener's connections on which nobody has proved who it is: in their handshake, silent after it, or at rest between two
 * requests. They make room: where all places are taken the one that has been a stranger for longest goes, so that sockets
 * that are opened and left alone do not keep an honest client out. Callable from any thread.
 */
public final class Strangers {
    private static final AttributeKey<Strangers> KEY = AttributeKey.valueOf(Strangers.class, "strangers");

    private final Set<Channel> oldestFirst = new LinkedHashSet<>();

    Strangers() {}

    /** A client on this channel has proved who it is: it keeps its place. Nothing for a channel that no listener accepted. */
    public static void admit(Channel channel) {
        Strangers strangers = channel.attr(KEY).get();
        if (strangers != null) {
            strangers.remove(channel);
        }
    }

    /** Whoever is on this channel is to prove itself again, as the youngest of the strangers. */
    public static void estrange(Channel channel) {
        Strangers strangers = channel.attr(KEY).get();
        if (strangers != null) {
            strangers.add(channel);
        }
    }

    /** Takes in a connection that was just accepted. */
    void welcome(Channel channel) {
        channel.attr(KEY).set(this);
        add(channel);
        channel.closeFuture().addListener(_ -> remove(channel));
    }

    /** Closes the one that came first; false where there is none. */
    boolean closeOldest() {
        Channel oldest;
        synchronized (this) {
            Iterator<Channel> first = oldestFirst.iterator();
            if (!first.hasNext()) {
                return false;
            }
            oldest = first.next();
            first.remove();
        }
        closeAtOnce(oldest);
        return true;
    }

    /** Without the farewell that TLS or WebSocket would wait for. */
    private static void closeAtOnce(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        var _ = first == null ? channel.close() : first.close();
    }

    private synchronized void add(Channel channel) {
        if (channel.isOpen()) {
            oldestFirst.add(channel);
        }
    }

    private synchronized void remove(Channel channel) {
        oldestFirst.remove(channel);
    }
}
