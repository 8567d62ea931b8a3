package kant.conformance.network;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import kant.testkit.net.Direction;
import kant.testkit.net.Shape;

/**
 * One kind of bad network: what happens on the way up while clients send.
 *
 * @param way what it needs
 * @param mostLosses how often the link may be shown as lost: once for each outage that is longer than the debounce (2 s), and where
 *     it flaps no more often than the debounce fits into the whole
 */
record Scenario(String name, Site.Way way, Harm harm, int mostLosses, Script script) {
    private static final Duration DEBOUNCE = Duration.ofSeconds(2);

    interface Script {
        void play(Stage stage) throws Exception;
    }

    /** What it does to connections. */
    enum Harm {
        /** None: nothing may come twice. */
        NONE,
        /** They break at each cut, which the stage tells of, and at no other time. */
        CUTS,
        /** They may break at any time, and both ends learn of it soon. */
        TOLD,
        /** They break, and nothing but silence tells. */
        SILENT,
        /** Likewise, in one direction: takes as long, so that it is left to the longer campaign. */
        SILENT_ONE_WAY;

        /** Whether a connection may break without a word from the stage, so that all of the play counts as one disturbance. */
        boolean atAnyTime() {
            return this != NONE && this != CUTS;
        }
    }

    /** Every scenario, with its cycles as long as the scale says. */
    static List<Scenario> all() {
        return Stream.concat(direct().stream(), relayed().stream()).toList();
    }

    /** A minute of the cycles that the names tell is so long. */
    private static Duration minutes(Stage stage, int count) {
        return stage.minute().multipliedBy(count);
    }

    private static List<Scenario> direct() {
        return List.of(
                new Scenario("online", Site.Way.DIRECT, Harm.NONE, 0, stage -> stage.pass(Duration.ofSeconds(4))),
                cycles(5, 4),
                cycles(10, 3),
                cycles(30, 2),
                new Scenario("flapping-cable", Site.Way.DIRECT, Harm.TOLD, 3, stage -> {
                    for (int i = 0; i < 20; i++) {
                        stage.uplink().unplug();
                        stage.pass(stage.upTo(Duration.ofMillis(300)));
                        stage.uplink().plug();
                        stage.returned();
                        stage.pass(stage.upTo(Duration.ofMillis(300)));
                    }
                }),
                new Scenario("loss-10-percent", Site.Way.DIRECT, Harm.TOLD, 0, stage -> {
                    stage.uplink().lose(0.1);
                    stage.pass(Duration.ofSeconds(5));
                    stage.uplink().heal();
                }),
                new Scenario("rate-128-kbit", Site.Way.DIRECT, Harm.TOLD, 0, stage -> {
                    stage.uplink().limit(128);
                    stage.pass(Duration.ofSeconds(5));
                    stage.uplink().heal();
                }));
    }

    private static Scenario cycles(int minutes, int count) {
        return new Scenario("cycles-" + minutes + "-" + minutes, Site.Way.DIRECT, Harm.CUTS, count, stage -> {
            for (int i = 0; i < count; i++) {
                stage.cut(minutes(stage, minutes));
                stage.pass(minutes(stage, minutes));
            }
        });
    }

    private static List<Scenario> relayed() {
        return List.of(
                new Scenario("satellite", Site.Way.RELAY, Harm.TOLD, 1, stage -> {
                    Duration half = Duration.ofMillis(300);
                    stage.relays(relay -> relay.shape(Shape.delayed(half, Duration.ofMillis(20))));
                    stage.uplink().lose(0.02);
                    stage.pass(Duration.ofSeconds(6));
                    stage.relays(relay -> relay.resetAll()); // and once from the beginning, at this distance
                    stage.pass(Duration.ofSeconds(6));
                    stage.uplink().heal();
                }),
                new Scenario("cellular", Site.Way.RELAY, Harm.TOLD, 0, stage -> {
                    Duration half = Duration.ofMillis(50);
                    stage.relays(relay -> relay.shape(Shape.delayed(half, Duration.ofMillis(80))
                            .limited(64_000)
                            .stalling(0.02, Duration.ofMillis(400))));
                    stage.pass(Duration.ofSeconds(6));
                    stage.uplink().heal();
                }),
                new Scenario("20-flaps", Site.Way.RELAY, Harm.TOLD, 3, stage -> {
                    for (int i = 0; i < 20; i++) {
                        stage.relays(relay -> relay.cut());
                        stage.pass(stage.upTo(Duration.ofMillis(300)));
                        stage.uplink().heal();
                        stage.returned();
                        stage.pass(stage.upTo(Duration.ofMillis(300)));
                    }
                }),
                new Scenario("reset-at-random-bytes", Site.Way.RELAY, Harm.TOLD, 5, stage -> {
                    stage.relays(relay -> relay.resetAtRandom(100, 30_000));
                    stage.relays(relay -> relay.resetAll());
                    stage.pass(Duration.ofSeconds(8));
                    stage.uplink().heal();
                    stage.returned();
                }),
                new Scenario("refused", Site.Way.RELAY, Harm.TOLD, 1, stage -> {
                    stage.relays(relay -> relay.cut());
                    stage.pass(DEBOUNCE.plusSeconds(2));
                    stage.uplink().heal();
                    stage.returned();
                    stage.pass(Duration.ofSeconds(1));
                }),
                halfOpen("half-open", Harm.SILENT, Direction.values()),
                halfOpen("half-open-up", Harm.SILENT_ONE_WAY, Direction.UP),
                halfOpen("half-open-down", Harm.SILENT_ONE_WAY, Direction.DOWN),
                new Scenario("bad-line-to-clients", Site.Way.RELAY, Harm.TOLD, 0, stage -> {
                    stage.clientRelays(relay -> relay.resetAtRandom(100, 20_000));
                    stage.clientRelays(relay -> relay.resetAll());
                    stage.pass(Duration.ofSeconds(5));
                    stage.clientRelays(relay -> relay.clear());
                }));
    }

    /** New connections get through at once, the old one never again: only silence tells. */
    private static Scenario halfOpen(String name, Harm harm, Direction... directions) {
        return new Scenario(name, Site.Way.RELAY, harm, 1, stage -> {
            stage.relays(relay -> relay.swallow(directions));
            stage.pass(Duration.ofSeconds(1));
            stage.relays(relay -> relay.clear());
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
