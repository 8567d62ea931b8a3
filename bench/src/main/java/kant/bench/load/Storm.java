package kant.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.bench.host.ProcessUse;
import kant.protocol.net.EventLoops;
import org.jspecify.annotations.Nullable;

/**
 * Clients that connect, are let in, leave and come again at once. Each connection is a full TLS handshake: the generator keeps
 * no sessions. All on one event loop.
 */
public final class Storm {
    private static final long ANSWER_SECONDS = 30;

    private final EventLoops loops;
    private final EventLoop loop;
    private final Server server;
    private long accepted;
    private boolean stopped;
    private int running;
    private @Nullable IOException failure;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private Storm(EventLoops loops, Server server) {
        this.loops = loops;
        this.server = server;
        loop = loops.group().next();
    }

    /**
     * What one storm showed.
     *
     * @param connections answered with CONNACK 0 in the measured time
     */
    public record Result(long connections, double seconds, long serverCpuMicros, long ownCpuMicros) {
        public double perSecond() {
            return connections / seconds;
        }

        public double serverMillisEach() {
            return connections == 0 ? 0 : serverCpuMicros / 1e3 / connections;
        }

        public double ownMillisEach() {
            return connections == 0 ? 0 : ownCpuMicros / 1e3 / connections;
        }
    }

    /** Runs as many clients at once as there are logins, for a time. */
    public static Result run(
            EventLoops loops, Server server, List<Login> logins, Duration warmUp, Duration measured, ProcessUse process)
            throws IOException, InterruptedException {
        var storm = new Storm(loops, server);
        storm.loop.execute(() -> logins.forEach(storm::come));
        storm.pass(warmUp);
        Look before = storm.look(process);
        storm.pass(measured);
        Look after = storm.look(process);
        storm.loop.execute(storm::stop);
        storm.await(storm.ended);
        return new Result(
                after.accepted - before.accepted,
                (after.nanos - before.nanos) / 1e9,
                after.serverCpuMicros - before.serverCpuMicros,
                after.ownCpuMicros - before.ownCpuMicros);
    }

    private record Look(long nanos, long accepted, long serverCpuMicros, long ownCpuMicros) {}

    private Look look(ProcessUse process) throws IOException, InterruptedException {
        var count = new CompletableFuture<Long>();
        loop.execute(() -> count.complete(accepted));
        var own = new ProcessUse(ProcessHandle.current().pid());
        return new Look(System.nanoTime(), await(count), process.cpuMicros(), own.cpuMicros());
    }

    private void come(Login login) {
        running++;
        var _ = MqttClient.open(loops, loop, server, login, null, Silent.LISTENER)
                .whenComplete((client, refused) -> {
                    running--;
                    if (refused == null) {
                        accepted++;
                        client.leave();
                    } else {
                        failure =
                                new IOException(login.clientId() + " was not let in: " + refused.getMessage(), refused);
                        stopped = true;
                    }
                    if (!stopped) {
                        come(login);
                    } else if (running == 0) {
                        end();
                    }
                });
    }

    private void stop() {
        stopped = true;
        if (running == 0) {
            end();
        }
    }

    private void end() {
        if (failure == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(failure);
        }
    }

    /** Waits while the storm goes on; ends at once where it fails. */
    private void pass(Duration time) throws IOException, InterruptedException {
        try {
            ended.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            // as it should be: it goes on
        } catch (ExecutionException e) {
            throw failed(e);
        }
    }

    private <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (TimeoutException e) {
            throw new IOException("a connection was not answered within " + ANSWER_SECONDS + " s", e);
        }
    }

    private static IOException failed(ExecutionException e) {
        return e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }

    /** Clients that are sent nothing and whose end is no news. */
    private enum Silent implements MqttClient.Listener {
        LISTENER;

        @Override
        public void acknowledged(int packetId) {}

        @Override
        public void arrived(ByteBuf payload) {}

        @Override
        public void pause() {}

        @Override
        public void lost(String why) {}
    }
}
