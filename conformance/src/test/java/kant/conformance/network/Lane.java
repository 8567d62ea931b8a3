package kant.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import kant.conformance.Loop;
import kant.conformance.Manifest;
import kant.conformance.Waits;
import kant.conformance.harness.EdgeHubProgram;
import kant.conformance.harness.SasIdentity;
import kant.testkit.history.History;

/**
 * One Edge Hub at its site with its clients, which plays scenarios one after the other and is never restarted; several lanes play
 * side by side.
 */
final class Lane implements AutoCloseable {
    static final String PARENT = "parent";
    static final String SINK = "sink";

    private static final Duration IN_FORCE = Duration.ofSeconds(60);

    /** Until everything has arrived after a scenario: a loss that only silence tells, and a back-off of half a minute after it. */
    private static final Duration ARRIVED = Duration.ofSeconds(120);

    /** Messages on their way up at once (the outbox's bound), each of which may come again after a loss. */
    private static final int WINDOW = 1024;

    private static final String ROUTES = """
            "hot": {"route": "FROM /messages/* WHERE kind = 'HOT' INTO $upstream", "priority": 0},
            "cold": {"route": "FROM /messages/* WHERE kind = 'COLD' INTO $upstream", "priority": 5},
            "local": "FROM /messages/modules/* WHERE kind = 'LOCAL' INTO BrokeredEndpoint(\\"/modules/sink/inputs/in\\")"
            """;

    private final String name;
    private final Site site;
    private final Parent parent;
    private final Journal journal;
    private final Crew crew;
    private final EdgeHubProgram hub;
    private final Returns returns = new Returns();
    private final List<History> histories = new ArrayList<>();

    private Lane(String name, Site site, Parent parent, Journal journal, Crew crew, EdgeHubProgram hub) {
        this.name = name;
        this.site = site;
        this.parent = parent;
        this.journal = journal;
        this.crew = crew;
        this.hub = hub;
    }

    /**
     * Starts a hub and the clients that stay.
     *
     * @param number of its own, 1 to 200
     * @param upstream the protocol to the parent, as the hub's configuration names it
     */
    static Lane start(int number, Site.Way way, String upstream, Parent parent, Journal journal, long seed)
            throws Exception {
        String name = "lane" + number + "-" + upstream.toLowerCase(Locale.ROOT);
        parent.service().edgeDevice(name);
        parent.service().deploy(name, new Manifest("1.1", "1.1", "", ROUTES).text());
        Crew crew = Crew.register(name, parent.service());
        SasIdentity module = parent.service().hubOf(name);
        Site site = Site.create(number, way, parent, seed);
        EdgeHubProgram hub = null;
        try {
            hub = EdgeHubProgram.startWithin(
                    site.within(),
                    parent.standIn(),
                    module,
                    new EdgeHubProgram.Place(name, site.address(), site.address()),
                    Map.of("KANT_PARENT_ADDRESS", site.parentAddress(), "UpstreamProtocol", upstream));
            var lane = new Lane(name, site, parent, journal, crew, hub);
            lane.board();
            return lane;
        } catch (Exception | AssertionError e) {
            if (hub != null) {
                hub.close();
            }
            site.close();
            throw e;
        }
    }

    private void board() throws Exception {
        Waits.until(
                "the configuration to be in force at " + name,
                IN_FORCE,
                () -> hub.log().contains("configuration in force"));
        crew.board(site.address(), trust());
    }

    /** Plays a scenario under load, and waits until everything is as it was before. */
    Outcome play(Scenario scenario, Duration minute, SplittableRandom random) throws Exception {
        String play = name + "-" + scenario + "-" + histories.size();
        var history = new History(WINDOW);
        histories.add(history);
        if (scenario.harm().atAnyTime()) {
            history.disturbed(0, Long.MAX_VALUE);
        }
        journal.open(play, new Journal.Book(history, returns));
        int logged = hub.program().said().size();
        try (Load load = crew.load(play, history, site.clientAddress(), trust())) {
            load.awaitFirst();
            scenario.script().play(new Stage(site, minute, random, history, returns));
        }
        long ended = System.nanoTime();
        awaitArrival(play, history);
        Duration drained = Duration.ofNanos(System.nanoTime() - ended);
        crew.assertServed(parent, play);
        return new Outcome(
                name,
                scenario,
                history.verdict(),
                lossesShown(logged),
                crew.sink().slowest(),
                drained);
    }

    /** How long messages took after each return of the network. */
    List<Duration> returns() {
        return returns.waits();
    }

    /** Nothing has come since that breaks a promise. */
    void assertStillGood() {
        for (History history : histories) {
            assertThat(history.verdict().good())
                    .as(name + ": " + history.verdict().text())
                    .isTrue();
        }
    }

    private void awaitArrival(String play, History history) throws Exception {
        try {
            Waits.until("everything acknowledged to arrive", ARRIVED, () -> history.outstanding() == 0);
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + " in " + play + ": " + history.verdict().text() + "\nthe hub's log ends with\n"
                            + tail(hub.log()),
                    e);
        }
    }

    private int lossesShown(int logged) {
        List<String> lines = hub.program().said();
        return (int) lines.subList(logged, lines.size()).stream()
                .filter(line -> line.contains("link changed") && line.contains("before=\"UP\""))
                .count();
    }

    private SSLContext trust() throws Exception {
        return Loop.tls(hub.caPem());
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 3000));
    }

    @Override
    public void close() throws Exception {
        try (site) {
            try (hub) {
                crew.close();
            }
        }
    }
}
