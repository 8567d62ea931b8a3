package kant.upstream.mqtt;

import java.util.function.Consumer;
import kant.model.identity.IdentityId;
import kant.protocol.net.EventLoops;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.ParentConfig;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

public final class MqttLink implements Link {
    private MqttLink() {}

    public static MqttLink start(
            ParentConfig parent,
            EventLoops loops,
            Tasks tasks,
            Time time,
            Randomness randomness,
            IdentityId primary,
            MqttLinkConfig config) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public LinkState state() {
        return LinkState.DOWN;
    }

    @Override
    public void onChange(Consumer<LinkState> listener) {}

    @Override
    public UpstreamIdentity attach(IdentityId id, TokenSource tokens, UpstreamListener listener) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void close() {}
}
