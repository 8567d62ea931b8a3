package kant.upstream.amqp;

import java.util.List;
import java.util.function.Consumer;
import kant.protocol.net.EventLoops;
import kant.upstream.Access;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** The link over AMQP: one connection for all identities. */
public final class AmqpLink implements Link {

    private AmqpLink() {}

    /**
     * A link with nothing attached yet; it connects when the first identity is.
     *
     * @param tasks where tokens are made and names resolved
     * @param transports tried in turn until one connects, which is then kept to while it works
     */
    public static AmqpLink start(
            ParentConfig parent,
            EventLoops loops,
            Tasks tasks,
            Time time,
            Randomness randomness,
            List<Transport> transports,
            AmqpLinkConfig config) {
        return new AmqpLink();
    }

    @Override
    public LinkState state() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onChange(Consumer<LinkState> listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UpstreamIdentity attach(Access access, UpstreamListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
