package kant.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.protocol.net.EventLoops;
import org.jspecify.annotations.Nullable;

/** The receiving end of one or many pairs; each message says of which one it is. Owned by one event loop. */
final class Receiver implements MqttClient.Listener {
    private final Login login;
    private final String filter;
    private final List<Pair> pairs = new ArrayList<>();
    private @Nullable CompletableFuture<MqttClient> client;

    Receiver(Login login, String filter) {
        this.login = login;
        this.filter = filter;
    }

    /** Returns the number by which messages name the pair. */
    int add(Pair pair) {
        pairs.add(pair);
        return pairs.size() - 1;
    }

    /** Connects and subscribes, once for all its pairs. */
    CompletableFuture<MqttClient> open(EventLoops loops, EventLoop loop, Server server) {
        CompletableFuture<MqttClient> opening =
                client == null ? MqttClient.open(loops, loop, server, login, filter, this) : client;
        client = opening;
        return opening;
    }

    void leave() {
        if (client != null) {
            var _ = client.thenAccept(MqttClient::leave);
        }
    }

    @Override
    public void acknowledged(int packetId) {
        lost("the receiver was sent a PUBACK");
    }

    @Override
    public void arrived(ByteBuf payload) {
        pairs.get(Pair.receiverNumber(payload)).arrived(payload);
    }

    @Override
    public void pause() {
        pairs.forEach(Pair::send);
    }

    @Override
    public void lost(String why) {
        pairs.forEach(pair -> pair.lost(why));
    }
}
