package kant.protocol.net;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/** What carries a connection's bytes, for a service that serves over both and tells its hub which it is. */
public enum Carrier {
    /** TLS alone, on the protocol's own port. */
    TLS,
    /** WebSocket frames over TLS. */
    WEB_SOCKET;

    private static final AttributeKey<Carrier> KEY = AttributeKey.valueOf(Carrier.class, "carrier");

    /** What carries this channel: TLS unless somebody said otherwise. */
    public static Carrier of(Channel channel) {
        Carrier carrier = channel.attr(KEY).get();
        return carrier == null ? TLS : carrier;
    }

    /** Says that this is what carries the channel; before its service serves it. */
    public void mark(Channel channel) {
        channel.attr(KEY).set(this);
    }
}
