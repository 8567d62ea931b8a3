package kant.conformance.network;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Lanes under one parent, each of which plays its share of the scenarios on a thread of its own. */
final class Campaign implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Parent parent;
    private final Journal journal;
    private final List<Part> parts;
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    /** What one lane plays. */
    record Share(Site.Way way, String upstream, List<Scenario> scenarios) {}

    /** One lane's share under way: the lane, which may fail to start, and each play in its turn. */
    private record Part(FutureTask<Lane> lane, List<Play> plays) {}

    /** One scenario on one lane. */
    record Play(String name, FutureTask<Outcome> outcome) {
        /** What it came to, once its turn is over. */
        Outcome await() throws Exception {
            return result(outcome);
        }
    }

    private Campaign(Parent parent, Journal journal, List<Part> parts) {
        this.parent = parent;
        this.journal = journal;
        this.parts = parts;
    }

    /**
     * Starts the parent, and every lane on its way.
     *
     * @param minute how long a minute of a cycle is
     */
    static Campaign start(Path directory, List<Share> shares, Duration minute, long seed) throws Exception {
        Namespace.removeLeftOvers();
        Parent parent = Parent.start(directory);
        Journal journal = Journal.start(parent.service());
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            parts.add(part(i + 1, shares.get(i), parent, journal, minute, seed));
        }
        var campaign = new Campaign(parent, journal, parts);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(campaign::closeAtExit)); // no namespace outlives an interrupted run
        parts.forEach(part -> campaign.threads.add(Thread.ofVirtual().start(() -> {
            part.lane().run();
            part.plays().forEach(play -> play.outcome().run());
        })));
        return campaign;
    }

    private static Part part(int number, Share share, Parent parent, Journal journal, Duration minute, long seed) {
        var lane = new FutureTask<>(
                () -> Lane.start(number, share.way(), share.upstream(), parent, journal, seed + number));
        var random = new SplittableRandom(seed + number);
        List<Play> plays = share.scenarios().stream()
                .map(scenario -> new Play(
                        share.upstream() + " " + scenario,
                        new FutureTask<>(() -> result(lane).play(scenario, minute, random))))
                .toList();
        return new Part(lane, plays);
    }

    Stream<Play> plays() {
        return parts.stream().flatMap(part -> part.plays().stream());
    }

    /** How long messages took after each return of the network, on all lanes; to be asked when every play is over. */
    List<Duration> returns() throws Exception {
        List<Duration> all = new ArrayList<>();
        for (Part part : parts) {
            all.addAll(result(part.lane()).returns());
        }
        return all;
    }

    /** Nothing has come since each play that breaks a promise. */
    void assertStillGood() throws Exception {
        for (Part part : parts) {
            result(part.lane()).assertStillGood();
        }
    }

    private static <T> T result(FutureTask<T> task) throws Exception {
        try {
            return task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        }
    }

    private void closeAtExit() {
        try {
            close();
        } catch (Exception e) {
            System.err.println("the network campaign did not end well: " + e.getMessage());
        }
    }

    @Override
    public synchronized void close() throws Exception {
        if (closed) {
            return;
        }
        closed = true;
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join(Duration.ofSeconds(30));
        }
        try (parent) {
            for (Part part : parts) {
                if (part.lane().state() == java.util.concurrent.Future.State.SUCCESS) {
                    part.lane().resultNow().close();
                }
            }
            journal.close();
        }
    }
}
