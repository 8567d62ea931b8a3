package kant.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import kant.protocol.net.EventLoops;

/** Clients that connect, subscribe, and then say nothing. */
public final class Crowd implements AutoCloseable {
    private static final int AT_ONCE = 16;
    private static final long CONNECT_SECONDS = 60;

    private final EventLoops loops;
    private final EventLoop loop;
    private final Server server;
    private final List<MqttClient> clients = new ArrayList<>();
    private final AtomicInteger gone = new AtomicInteger();

    public Crowd(EventLoops loops, Server server) {
        this.loops = loops;
        this.server = server;
        loop = loops.group().next();
    }

    /**
     * One of the crowd.
     *
     * @param filter what it subscribes to
     */
    public record Member(Login login, String filter) {}

    /** Lets so many more in; returns when all are there. */
    public void add(List<Member> members) throws IOException, InterruptedException {
        var places = new Semaphore(AT_ONCE);
        List<CompletableFuture<MqttClient>> coming = new ArrayList<>();
        for (Member member : members) {
            if (!places.tryAcquire(CONNECT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("no client was let in for " + CONNECT_SECONDS + " s; "
                        + coming.stream().filter(CompletableFuture::isDone).count() + " are there");
            }
            CompletableFuture<MqttClient> client =
                    MqttClient.open(loops, loop, server, member.login(), member.filter(), new Idle());
            var _ = client.whenComplete((_, _) -> places.release());
            coming.add(client);
        }
        for (CompletableFuture<MqttClient> client : coming) {
            try {
                clients.add(client.get(CONNECT_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new IOException("a client was not let in: " + e.getMessage(), e);
            } catch (TimeoutException e) {
                throw new IOException("a client was not let in within " + CONNECT_SECONDS + " s", e);
            }
        }
    }

    /** Clients that are there. */
    public int size() {
        return clients.size() - gone.get();
    }

    @Override
    public void close() {
        loop.execute(() -> clients.forEach(MqttClient::leave));
    }

    private final class Idle implements MqttClient.Listener {
        @Override
        public void acknowledged(int packetId) {}

        @Override
        public void arrived(ByteBuf payload) {}

        @Override
        public void pause() {}

        @Override
        public void lost(String why) {
            gone.incrementAndGet();
        }
    }
}
