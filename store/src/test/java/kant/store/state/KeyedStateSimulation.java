package kant.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kant.testkit.sim.SimDisk;
import kant.testkit.sim.SimRandomness;
import kant.testkit.sim.SimTime;

/**
 * One life of a keyed state on a disk that fails, fills up and loses its power, all by one seed, checked against what each key may
 * hold: after a change that returned, the new value and no other; after one that threw, the old one while the process lives, and
 * then either of the two, for good.
 */
final class KeyedStateSimulation {
    private static final String NAME = "twins";
    private static final int STEPS = 120;
    private static final int KEYS = 8;
    private static final int MOST_BYTES = 150_000;

    /** In calls of the disk: longer than what a change, or an opening, takes. */
    private static final int SOON = 40;

    private final SplittableRandom random;
    private final SimDisk disk;
    private final SimTime time = new SimTime();
    private final SimRandomness randomness;
    private final Map<String, Holds> model = new TreeMap<>();
    private final List<String> history = new ArrayList<>();
    private KeyedState state;
    private int counter;

    /**
     * What a key holds.
     *
     * @param now in the process
     * @param after what a restart may find
     */
    private record Holds(Optional<String> now, Set<Optional<String>> after) {
        static Holds surely(Optional<String> value) {
            return new Holds(value, Set.of(value));
        }

        /** A change to this value has failed. */
        Holds perhaps(Optional<String> value) {
            return new Holds(
                    now,
                    java.util.stream.Stream.concat(after.stream(), java.util.stream.Stream.of(value))
                            .collect(Collectors.toSet()));
        }
    }

    KeyedStateSimulation(SplittableRandom random) throws IOException {
        this.random = random;
        disk = new SimDisk(random.split());
        randomness = new SimRandomness(random.split());
        IntStream.range(0, KEYS).forEach(i -> model.put("key" + i, Holds.surely(Optional.empty())));
        state = open();
    }

    void run() {
        try {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            disk.works();
            disk.capacity(Long.MAX_VALUE / 2);
            restart("close", state::close);
            assertThat(change("key0", Optional.of("the state still works"))).isTrue();
            check();
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nhistory: " + history, e);
        }
    }

    private void step() throws IOException {
        switch (random.nextInt(20)) {
            case 0 -> restart("close", state::close);
            case 1 -> restart("kill", disk::kill);
            case 2 -> restart("power cut", disk::crash);
            case 3 -> crashInChange();
            case 4 -> restart("power cut while opening", this::crashWhileOpening);
            case 5 -> fail();
            case 6 -> disk.works();
            case 7 -> disk.capacity(
                        random.nextBoolean() ? disk.usedBytes() + random.nextInt(1 << 20) : Long.MAX_VALUE / 2);
            case 8, 9 -> change(key(), Optional.empty());
            default -> change(key(), Optional.of(value()));
        }
        check();
    }

    private void fail() {
        int count = 1 + random.nextInt(4);
        note("fail " + count);
        switch (random.nextInt(3)) {
            case 0 -> disk.failWrites(count);
            case 1 -> disk.failSyncs(count);
            default -> disk.failByChance(count / 20.0);
        }
    }

    /** Whether it returned instead of throwing. */
    private boolean change(String key, Optional<String> value) {
        Holds before = model.get(key);
        try {
            if (value.isPresent()) {
                state.put(key, padded(value.get()));
            } else {
                state.remove(key);
            }
            note("set " + key + "=" + value.orElse("none"));
            model.put(key, Holds.surely(value));
            return true;
        } catch (IOException e) {
            note("not set " + key + "=" + value.orElse("none"));
            model.put(key, before.perhaps(value));
            time.advance(java.time.Duration.ofMillis(random.nextInt(500)));
            return false;
        }
    }

    private void crashInChange() throws IOException {
        int calls = random.nextInt(SOON);
        note("power fails after " + calls);
        disk.works();
        disk.powerFailsAfter(calls);
        while (!disk.powerFailed()) {
            change(key(), Optional.of(value()));
        }
        restart("power cut", disk::crash);
    }

    private void crashWhileOpening() {
        disk.crash();
        disk.powerFailsAfter(random.nextInt(SOON));
        try {
            open();
        } catch (IOException _) {
            // what was to be provoked
        }
        disk.crash();
    }

    /** Ends the process in some way and begins another; what it finds is what each key holds from now on. */
    private void restart(String how, Runnable end) throws IOException {
        note(how);
        disk.works();
        end.run();
        disk.works();
        disk.capacity(Long.MAX_VALUE / 2);
        state = open();
        model.replaceAll((key, holds) -> {
            Optional<String> found = found(key);
            assertThat(holds.after).as("%s after a restart", key).contains(found);
            return Holds.surely(found);
        });
    }

    private KeyedState open() throws IOException {
        return KeyedState.open(disk, NAME, time, randomness);
    }

    private void check() {
        model.forEach((key, holds) ->
                assertThat(found(key)).as("%s in the process", key).isEqualTo(holds.now));
    }

    private Optional<String> found(String key) {
        return state.get(key).map(bytes -> {
            String text = new String(bytes, StandardCharsets.US_ASCII);
            String value = text.substring(0, text.indexOf('.'));
            assertThat(text).as("%s is whole", key).endsWith(value);
            return value;
        });
    }

    private String key() {
        return "key" + random.nextInt(KEYS);
    }

    private String value() {
        return "v" + counter++;
    }

    /** A value as it is kept: longer, and by its end it shows whether it is whole. */
    private byte[] padded(String value) {
        return (value + ".".repeat(1 + random.nextInt(MOST_BYTES)) + value).getBytes(StandardCharsets.US_ASCII);
    }

    private void note(String what) {
        history.add(what);
    }
}
