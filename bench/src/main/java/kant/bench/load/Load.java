package kant.bench.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import kant.bench.host.ProcessUse;
import kant.bench.host.Samples;
import kant.protocol.net.EventLoops;

/** Pairs of clients under load. The caller's thread waits and reads clocks; everything else happens on one event loop. */
public final class Load implements AutoCloseable {
    private static final long CONNECT_SECONDS = 30;
    private static final long ANSWER_SECONDS = 10;
    private static final Duration DRAIN = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** How often the generator looks for messages that are due; half of it is in each median. */
    private static final long TICK_NANOS = 250_000;

    private final EventLoop loop;
    private final List<Pair> pairs = new ArrayList<>();

    private Load(EventLoop loop) {
        this.loop = loop;
    }

    /** Connects all pairs, one after the other. */
    public static Load connect(EventLoops loops, Server server, List<PairAddress> addresses, int messageBytes)
            throws IOException, InterruptedException {
        var load = new Load(loops.group().next());
        Map<Login, Receiver> receivers = new HashMap<>();
        try {
            for (PairAddress address : addresses) {
                Receiver receiver =
                        receivers.computeIfAbsent(address.receiver(), login -> new Receiver(login, address.filter()));
                var pair = new Pair(address, receiver, messageBytes);
                load.pairs.add(pair);
                await(pair.open(loops, load.loop, server), CONNECT_SECONDS);
            }
            return load;
        } catch (IOException e) {
            load.close();
            throw e;
        }
    }

    /**
     * Loads the server: warms it up, measures, and waits for what is under way.
     *
     * @param window messages that each pair may have under way
     */
    public Result run(int window, Duration warmUp, Duration measured, ProcessUse server)
            throws IOException, InterruptedException {
        onLoop(() -> pairs.forEach(pair -> pair.begin(window)));
        return measure(warmUp, measured, server);
    }

    /**
     * Sends at a fixed rate, whatever the server does; durations count from when a message was due.
     *
     * @param perSecond messages of all pairs together
     */
    public Result runAtRate(int perSecond, Duration warmUp, Duration measured, ProcessUse server)
            throws IOException, InterruptedException {
        long first = System.nanoTime();
        long apart = NANOS_PER_SECOND / perSecond;
        onLoop(() -> {
            for (int i = 0; i < pairs.size(); i++) {
                pairs.get(i).beginAtRate((double) perSecond / pairs.size(), first + i * apart);
            }
        });
        ScheduledFuture<?> ticks = loop.scheduleAtFixedRate(this::tick, 0, TICK_NANOS, TimeUnit.NANOSECONDS);
        try {
            return measure(warmUp, measured, server);
        } finally {
            ticks.cancel(false);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        pairs.forEach(pair -> pair.tick(now));
    }

    private Result measure(Duration warmUp, Duration measured, ProcessUse server)
            throws IOException, InterruptedException {
        pass(warmUp);
        onLoop(() -> pairs.forEach(Pair::sample));
        Instantaneous before = look(server);
        pass(measured);
        Instantaneous after = look(server);
        onLoop(() -> pairs.forEach(Pair::stop));
        drain();
        var acknowledgement = new Samples();
        var delivery = new Samples();
        pairs.forEach(pair -> acknowledgement.addAll(pair.acknowledgement()));
        pairs.forEach(pair -> delivery.addAll(pair.delivery()));
        return new Result(
                after.delivered - before.delivered,
                (after.nanos - before.nanos) / 1e9,
                after.serverCpuMicros - before.serverCpuMicros,
                after.ownCpuMicros - before.ownCpuMicros,
                acknowledgement,
                delivery,
                books());
    }

    @Override
    public void close() {
        loop.execute(() -> pairs.forEach(Pair::close));
    }

    private record Instantaneous(long nanos, long delivered, long serverCpuMicros, long ownCpuMicros) {}

    private Instantaneous look(ProcessUse server) throws IOException, InterruptedException {
        long delivered = ask(() -> pairs.stream().mapToLong(Pair::delivered).sum());
        var own = new ProcessUse(ProcessHandle.current().pid());
        return new Instantaneous(System.nanoTime(), delivered, server.cpuMicros(), own.cpuMicros());
    }

    /** Waits while the load runs; ends at once where a connection fails. */
    private void pass(Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            checkFailures();
            LockSupport.parkNanos(Math.min(LOOK.toNanos(), end - System.nanoTime()));
        }
    }

    private void drain() throws IOException, InterruptedException {
        long end = System.nanoTime() + DRAIN.toNanos();
        while (ask(() -> pairs.stream().anyMatch(Pair::underWay)) && System.nanoTime() < end) {
            checkFailures();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private void checkFailures() throws IOException, InterruptedException {
        List<String> failures = ask(
                () -> pairs.stream().map(Pair::failure).filter(f -> f != null).toList());
        if (!failures.isEmpty()) {
            throw new IOException(failures.getFirst() + (failures.size() > 1 ? " (and others)" : ""));
        }
    }

    private Result.Books books() throws IOException, InterruptedException {
        return ask(() -> pairs.stream().map(Pair::books).reduce(Result.Books.EMPTY, Result.Books::plus));
    }

    private void onLoop(Runnable task) throws IOException, InterruptedException {
        ask(() -> {
            task.run();
            return true;
        });
    }

    private <T> T ask(Callable<T> question) throws IOException, InterruptedException {
        var answer = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return await(answer, ANSWER_SECONDS);
    }

    private static <T> T await(CompletableFuture<T> future, long seconds) throws IOException, InterruptedException {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + seconds + " s", e);
        }
    }
}
