package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.store.segment.Durability;

/**
 * One run of the store through a life of appends, readers that come and go, kills, power cuts, full volumes and failing disks,
 * all by one seed, checked against a model of what each endpoint must get.
 *
 * <p>Safety: what was acknowledged is delivered or pending; nothing is delivered that was not sent; per endpoint and priority a
 * message is first delivered in the order of acceptance, unless its route wants the newest first; what was delivered before an
 * orderly close is not delivered after it; the books balance at every look; the files never exceed the bound; nothing is dropped but
 * what a full store may drop under the routes' policies, and that is counted. Liveness: when the faults end, all goes through.
 */
final class StoreSimulation {
    private static final List<String> ENDPOINTS = List.of(Target.UPSTREAM, "edge/a/in", "edge/b/in");
    private static final int STEPS = 250;

    private final SplittableRandom random;
    private final StoreFixture f;
    private final Map<String, Policy> policies = new TreeMap<>();
    private final Map<String, Lane> lanes = new TreeMap<>();
    private final Map<CompletableFuture<Void>, Sent> waiting = new LinkedHashMap<>();
    private final List<String> history = new ArrayList<>();
    private int counter;

    /** One message as a sender sees it. */
    private record Sent(String text, List<Target> targets) {}

    /** What one endpoint must get at one priority. */
    private static final class Lane {
        final Set<String> sent = new HashSet<>();
        final List<String> acknowledged = new ArrayList<>();
        final Set<String> delivered = new HashSet<>();

        /** Delivered since the process began; a crash may forget it, an orderly close may not. */
        final Set<String> deliveredByThisProcess = new HashSet<>();

        final Set<String> settledForGood = new HashSet<>();
    }

    StoreSimulation(SplittableRandom random) {
        this.random = random;
        f = new StoreFixture(random.split());
        f.config = StoreConfig.of(Durability.FSYNC, (64 << 10) + random.nextInt(128 << 10))
                .segmentBytes(4096L << random.nextInt(3))
                .memoryBytes(1L << 10 + random.nextInt(8))
                .maxInFlight(1 + random.nextInt(30))
                .reserveBytes(0);
        boolean defaults = random.nextBoolean();
        for (String endpoint : ENDPOINTS) {
            for (int priority = 0; priority < 2; priority++) {
                policies.put(endpoint + " " + priority, defaults ? Policy.DEFAULT : policy());
            }
        }
    }

    private Policy policy() {
        return new Policy(
                Policy.WhenFull.values()[random.nextInt(3)], Policy.Order.values()[random.nextInt(2)]);
    }

    void run() {
        f.store();
        try {
            for (int i = 0; i < STEPS; i++) {
                step();
                checkBooks();
            }
            recover();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nhistory: " + history, e);
        }
    }

    private void step() {
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5, 6 -> send(1 + random.nextInt(10));
            case 7, 8, 9, 10 -> turn();
            case 11, 12, 13, 14, 15, 16 -> read(ENDPOINTS.get(random.nextInt(ENDPOINTS.size())));
            case 17, 18 -> pass(Duration.ofMillis(random.nextInt(1500)));
            case 19 -> restart();
            case 20 -> kill();
            case 21 -> powerCut();
            case 22 -> failing();
            case 23 -> volume();
            default -> throw new AssertionError();
        }
    }

    private void send(int count) {
        note("send " + count);
        for (int i = 0; i < count; i++) {
            String text = "m" + counter++;
            var targets = new ArrayList<Target>();
            for (String endpoint : ENDPOINTS) {
                if (random.nextBoolean()) {
                    int priority = random.nextInt(2);
                    Policy policy = policies.get(endpoint + " " + priority);
                    targets.add(new Target(endpoint, priority, Target.FOREVER, policy));
                }
            }
            for (Target t : targets) {
                lane(t.endpoint(), t.priority()).sent.add(text);
            }
            String padded = StoreFixture.padded(text, text.length() + random.nextInt(1200));
            waiting.put(f.append(padded, targets.toArray(Target[]::new)), new Sent(text, targets));
        }
    }

    private void turn() {
        note("turn");
        f.turn();
        settleStages();
    }

    private void pass(Duration duration) {
        note("pass " + duration);
        f.pass(duration);
        settleStages();
    }

    private void settleStages() {
        waiting.entrySet().removeIf(e -> {
            if (!e.getKey().isDone()) {
                return false;
            }
            if (!e.getKey().isCompletedExceptionally()) {
                for (Target t : e.getValue().targets) {
                    lane(t.endpoint(), t.priority()).acknowledged.add(e.getValue().text);
                }
            }
            return true;
        });
    }

    private void read(String endpoint) {
        Cursor cursor = f.store().cursor(endpoint);
        List<Entry> entries = cursor.read(1 + random.nextInt(20), 1 + random.nextInt(20_000));
        note("read " + endpoint + " " + entries.size());
        for (Entry e : entries) {
            switch (random.nextInt(8)) {
                case 0 -> cursor.release(e);
                case 1 -> {} // stays in flight until the process ends
                default -> deliver(endpoint, cursor, e);
            }
        }
    }

    private void deliver(String endpoint, Cursor cursor, Entry e) {
        String text = StoreFixture.text(e);
        Lane lane = lane(endpoint, e.priority());
        assertThat(lane.sent).as("delivered but never sent").contains(text);
        assertThat(lane.settledForGood)
                .as("delivered again after an orderly close")
                .doesNotContain(text);
        lane.delivered.add(text);
        lane.deliveredByThisProcess.add(text);
        cursor.delivered(e);
    }

    private void restart() {
        note("restart");
        healthy();
        f.turn();
        settleStages();
        f.restart();
        lanes.values().forEach(l -> l.settledForGood.addAll(l.deliveredByThisProcess));
        newProcess();
    }

    private void kill() {
        note("kill");
        healthy();
        f.kill();
        newProcess();
    }

    /** Between two calls of the disk, or in the middle of what a writer's turn or an opening does. */
    private void powerCut() {
        int calls = random.nextInt(60);
        int kind = random.nextInt(3);
        note("power cut " + kind + " after " + calls);
        healthy();
        switch (kind) {
            case 0 -> f.powerCut();
            case 1 -> {
                f.disk.powerFailsAfter(calls);
                send(1 + random.nextInt(10));
                pass(Duration.ofMillis(random.nextInt(300)));
                f.powerCut();
            }
            default -> f.powerCutAndAgainWhileOpening(calls);
        }
        newProcess();
    }

    private void failing() {
        int kind = random.nextInt(5);
        int count = 1 + random.nextInt(6);
        note("failing " + kind + " x" + count);
        switch (kind) {
            case 0 -> f.disk.failSyncs(count);
            case 1 -> f.disk.failWrites(count);
            case 2 -> f.disk.failByChance(count / 20.0);
            case 3 -> f.disk.works();
            default -> {
                f.disk.failReads(true);
                read(ENDPOINTS.get(random.nextInt(ENDPOINTS.size())));
                f.disk.failReads(false);
            }
        }
    }

    private void volume() {
        boolean full = random.nextBoolean();
        note("volume " + (full ? "full" : "free"));
        f.disk.capacity(full ? f.disk.usedBytes() + random.nextInt(8192) : Long.MAX_VALUE / 2);
    }

    /** Opening a store needs a disk that works; that it fails on one that does not is tested elsewhere. */
    private void healthy() {
        f.disk.capacity(Long.MAX_VALUE / 2);
        f.disk.works();
    }

    /** Senders that got no answer will never get one. */
    private void newProcess() {
        waiting.clear();
        lanes.values().forEach(l -> l.deliveredByThisProcess.clear());
    }

    private void checkBooks() {
        f.store().stats().endpoints().forEach((name, counts) -> {
            assertThat(counts.balanced()).as("balance of %s: %s", name, counts).isTrue();
            assertThat(counts.dropped().keySet()).as("drops of %s", name).isSubsetOf(reasons(name));
        });
        assertThat(fileBytes()).as("bytes of the files").isLessThanOrEqualTo(f.config.maxBytes());
    }

    private Set<String> reasons(String endpoint) {
        var reasons = new HashSet<String>();
        for (int priority = 0; priority < 2; priority++) {
            Policy.WhenFull whenFull = policies.get(endpoint + " " + priority).whenFull();
            if (whenFull == Policy.WhenFull.DROP_OLDEST) {
                reasons.add(DropReason.EVICTED_OLDEST);
            }
            if (priority > 0 && whenFull != Policy.WhenFull.REFUSE) {
                reasons.add(DropReason.EVICTED_PRIORITY);
            }
        }
        return reasons;
    }

    private long fileBytes() {
        return f.disk.names().stream()
                .filter(name -> name.endsWith(".segment") || name.endsWith(".compacting"))
                .mapToLong(this::size)
                .sum();
    }

    private long size(String name) {
        try {
            return f.disk.content(name).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The faults end: all that was acknowledged must have been delivered or be delivered now, in order. */
    private void recover() {
        note("recover");
        healthy();
        f.time.advance(Duration.ofSeconds(2));
        f.turn();
        settleStages();
        f.restart();
        Map<String, List<String>> last = new HashMap<>();
        for (String endpoint : ENDPOINTS) {
            Cursor cursor = f.store().cursor(endpoint);
            for (List<Entry> batch = cursor.read(50, 1 << 20); !batch.isEmpty(); batch = cursor.read(50, 1 << 20)) {
                for (Entry e : batch) {
                    last.computeIfAbsent(endpoint + " " + e.priority(), _ -> new ArrayList<>())
                            .add(StoreFixture.text(e));
                    deliver(endpoint, cursor, e);
                }
            }
            assertThat(cursor.pending())
                    .as("pending at the end of %s", endpoint)
                    .isZero();
        }
        Map<String, Long> missing = new TreeMap<>();
        lanes.forEach((name, lane) -> {
            long count = lane.acknowledged.stream()
                    .filter(t -> !lane.delivered.contains(t))
                    .count();
            if (!mayLose(name)) {
                assertThat(count)
                        .as("acknowledged and never delivered to %s", name)
                        .isZero();
            }
            missing.merge(name.split(" ")[0], count, Long::sum);
        });
        missing.forEach((endpoint, count) -> assertThat(count)
                .as("acknowledged and neither delivered nor counted for %s", endpoint)
                .isLessThanOrEqualTo(f.counts(endpoint).droppedTotal()));
        last.forEach((name, texts) -> {
            if (policies.get(name).order() == Policy.Order.OLDEST_FIRST) {
                assertThat(texts)
                        .as("order of %s", name)
                        .isSortedAccordingTo(Comparator.comparingInt(text -> Integer.parseInt(text.substring(1))));
            }
        });
        checkBooks();
        f.accepted("the store still works", StoreFixture.UP);
    }

    private boolean mayLose(String lane) {
        return switch (policies.get(lane).whenFull()) {
            case REFUSE -> false;
            case DROP_OLDEST -> true;
            case DROP_LOWEST_PRIORITY -> !lane.endsWith(" 0");
        };
    }

    private Lane lane(String endpoint, long priority) {
        return lanes.computeIfAbsent(endpoint + " " + priority, _ -> new Lane());
    }

    private void note(String what) {
        history.add(what);
    }
}
