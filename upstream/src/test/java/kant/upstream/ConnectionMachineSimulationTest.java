package kant.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import kant.model.error.Refusal;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The machine in a world of chance: a parent that comes and goes, refuses, never answers, is slow to drain. Whatever
 * happens, safety holds at each step; once the parent behaves, the identity is up within a bounded time.
 */
class ConnectionMachineSimulationTest {
    private static final int SEEDS = 500;
    private static final int STEPS = 400;
    private static final LinkTiming TIMING = LinkTiming.standard();

    @TestFactory
    Stream<DynamicTest> safety_always_and_liveness_in_the_end() {
        return LongStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    var world = new World(seed);
                    for (int i = 0; i < STEPS; i++) {
                        world.chaos();
                    }
                    world.calm();
                    world.close();
                }));
    }

    private static final class World {
        private final Random random;
        private final ConnectionMachine machine = new ConnectionMachine(TIMING);
        private final List<ConnectionEvent> history = new ArrayList<>();

        private long now;
        private ConnectionState state;

        // what the actions have made of the world
        private boolean turnAsked;
        private boolean turnGranted;
        private boolean open;
        private boolean draining;
        private boolean toldUp;

        World(long seed) {
            random = new Random(seed);
            now = random.nextLong(1L << 40);
            state = machine.initial(now);
        }

        /** Something happens, often at the wrong moment. */
        void chaos() {
            if (random.nextInt(3) == 0) {
                now += random.nextLong(Duration.ofSeconds(40).toNanos());
            } else if (state.wakeAt() != ConnectionState.NEVER && random.nextBoolean()) {
                now = Math.max(now, state.wakeAt());
            }
            feed(
                    switch (random.nextInt(9)) {
                        case 0 -> new ConnectionEvent.Ready(Duration.ofSeconds(random.nextInt(4000) - 100));
                        case 1 -> new ConnectionEvent.Lost("chaos");
                        case 2 -> new ConnectionEvent.Refused(new Refusal.Unauthorized("chaos"));
                        case 3 -> new ConnectionEvent.ParentBack();
                        case 4 -> new ConnectionEvent.Retry();
                        case 5 -> new ConnectionEvent.Drained();
                        case 6 -> new ConnectionEvent.Unreached("chaos");
                        case 7 -> turnAsked ? new ConnectionEvent.Turn() : new ConnectionEvent.Tick();
                        default -> new ConnectionEvent.Tick();
                    });
        }

        /** The parent answers everything at once from now on. */
        void calm() {
            long limit = now + TIMING.refused().cap().plus(TIMING.attempt()).toNanos();
            for (int i = 0; i < 10 && !(state instanceof ConnectionState.Up); i++) {
                if (turnAsked) {
                    feed(new ConnectionEvent.Turn());
                } else if (open && !draining) {
                    feed(new ConnectionEvent.Ready(Duration.ofHours(1)));
                } else if (draining) {
                    feed(new ConnectionEvent.Drained());
                } else {
                    now = Math.max(now, state.wakeAt());
                    feed(new ConnectionEvent.Tick());
                }
            }
            assertThat(state).as("up in the end; %s", history).isInstanceOf(ConnectionState.Up.class);
            assertThat(now).as("in time").isLessThanOrEqualTo(limit);
        }

        void close() {
            feed(new ConnectionEvent.Close());
            feed(new ConnectionEvent.Drained());
            assertThat(state).isEqualTo(new ConnectionState.Closed());
            assertThat(open || turnAsked || turnGranted || toldUp)
                    .as("nothing is left")
                    .isFalse();
        }

        private void feed(ConnectionEvent event) {
            history.add(event);
            if (event instanceof ConnectionEvent.Turn) {
                turnAsked = false;
                turnGranted = true;
            }
            var step = machine.step(state, event, now, random.nextDouble());
            state = step.next();
            step.actions().forEach(this::act);
            check();
        }

        private void act(ConnectionAction action) {
            switch (action) {
                case ConnectionAction.AskTurn() -> {
                    hold(!turnAsked && !turnGranted, "one turn at a time");
                    turnAsked = true;
                }
                case ConnectionAction.GiveTurnBack() -> {
                    hold(turnAsked || turnGranted, "only a turn that was asked for is given back");
                    turnAsked = false;
                    turnGranted = false;
                }
                case ConnectionAction.Open() -> {
                    hold(turnGranted && !open, "an attempt needs a turn, and no other may be open");
                    open = true;
                    draining = false;
                }
                case ConnectionAction.Drain() -> {
                    hold(open && !draining, "only an open connection is drained, once");
                    draining = true;
                }
                case ConnectionAction.Drop() -> {
                    hold(open, "only what is open is dropped");
                    open = false;
                    draining = false;
                }
                case ConnectionAction.TellFailed _ -> hold(!open && !toldUp, "only an attempt fails");
                case ConnectionAction.TellUp() -> {
                    hold(open && !toldUp, "up is told once, of an open connection");
                    toldUp = true;
                }
                case ConnectionAction.TellDown _ -> {
                    hold(toldUp && open, "down follows an up, and comes before the connection is dropped");
                    toldUp = false;
                }
                case ConnectionAction.TellRefused _ -> hold(!open, "a refused connection has been dropped");
            }
        }

        private void check() {
            hold(toldUp == (state.shown() == LinkState.UP), "told and shown agree");
            hold(turnGranted == state instanceof ConnectionState.Connecting, "a turn lasts as long as an attempt");
            hold(
                    state instanceof ConnectionState.Up
                            || state instanceof ConnectionState.Queued
                            || state instanceof ConnectionState.Closed
                            || state.wakeAt() <= now + TIMING.refused().cap().toNanos(),
                    "no wait is longer than the longest");
        }

        private void hold(boolean fact, String what) {
            assertThat(fact).as("%s; %s after %s", what, state, history).isTrue();
        }
    }
}
