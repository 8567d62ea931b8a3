package kant.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * No bad network loses an acknowledged message. Hubs by AMQP and by MQTT play every scenario side by side, each its own share one
 * after the other; a test is one hub's one scenario.
 *
 * <p>{@code -Dkant.rounds}, {@code .seed}, {@code .minute} (milliseconds that a minute of a cycle takes), {@code
 * .scenarios} (names by commas, or {@code all}; the one-way silent ones are left out otherwise) and {@code .upstream}; {@code
 * campaign/network} sets them.
 */
class NetworkCampaignTest {
    private static final int ROUNDS = Integer.getInteger("kant.rounds", 1);
    private static final long SEED = Long.getLong("kant.seed", System.nanoTime());
    private static final Duration MINUTE = Duration.ofMillis(Integer.getInteger("kant.minute", 100));
    private static final List<String> UPSTREAM = names("upstream", "Amqp,Mqtt");
    private static final List<String> SCENARIOS = names("scenarios", "");
    private static final List<String> ALL = List.of("all");

    /** A message from module to module never waits for the way up. */
    private static final Duration LOCAL = Duration.ofSeconds(5);

    @TempDir
    static Path directory;

    private static Campaign campaign;

    @BeforeAll
    static void start() throws Exception {
        campaign = Campaign.start(directory, shares(), MINUTE, SEED);
    }

    @AfterAll
    static void stop() throws Exception {
        if (campaign == null) {
            return; // it did not start, which is told already
        }
        try {
            System.out.println("network: " + Returns.summary(campaign.returns()));
            campaign.assertStillGood(); // nothing came late that should not
        } finally {
            campaign.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> nothing_acknowledged_is_lost_and_everything_works_again_by_itself() {
        return campaign.plays().map(play -> dynamicTest(play.name(), () -> judge(play)));
    }

    private static void judge(Campaign.Play play) throws Exception {
        Outcome outcome;
        try {
            outcome = play.await();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + replay(play), e);
        }
        System.out.println("network: " + outcome.text());
        assertThat(outcome.verdict().good()).as(outcome.text() + replay(play)).isTrue();
        assertThat(outcome.losses())
                .as("how often the link was shown as lost: " + outcome.text() + replay(play))
                .isLessThanOrEqualTo(outcome.scenario().mostLosses());
        assertThat(outcome.slowestLocal())
                .as("the slowest message from module to module: " + outcome.text() + replay(play))
                .isLessThan(LOCAL);
    }

    private static String replay(Campaign.Play play) {
        return "\nonce more: campaign/network --seed " + SEED + " --minute " + MINUTE.toMillis() + " --scenarios "
                + play.name().split(" ")[1] + " --upstream " + play.name().split(" ")[0];
    }

    /** A lane for each way and protocol; what only silence ends has lanes of its own, for it takes as long as all the rest. */
    private static List<Campaign.Share> shares() {
        List<Campaign.Share> shares = new ArrayList<>();
        for (String upstream : UPSTREAM) {
            add(shares, upstream, Site.Way.DIRECT, scenario -> true);
            add(shares, upstream, Site.Way.RELAY, scenario -> !isSilent(scenario));
            add(shares, upstream, Site.Way.RELAY, NetworkCampaignTest::isSilent);
        }
        return shares;
    }

    private static void add(List<Campaign.Share> shares, String upstream, Site.Way way, Predicate<Scenario> fits) {
        List<Scenario> once = Scenario.all().stream()
                .filter(scenario -> scenario.way() == way)
                .filter(fits)
                .filter(NetworkCampaignTest::isWanted)
                .toList();
        if (!once.isEmpty()) {
            List<Scenario> all = Collections.nCopies(ROUNDS, once).stream()
                    .flatMap(List::stream)
                    .toList();
            shares.add(new Campaign.Share(way, upstream, all));
        }
    }

    private static boolean isSilent(Scenario scenario) {
        return switch (scenario.harm()) {
            case NONE, CUTS, TOLD -> false;
            case SILENT, SILENT_ONE_WAY -> true;
        };
    }

    private static boolean isWanted(Scenario scenario) {
        return SCENARIOS.isEmpty()
                ? scenario.harm() != Scenario.Harm.SILENT_ONE_WAY
                : SCENARIOS.equals(ALL) || SCENARIOS.contains(scenario.name());
    }

    private static List<String> names(String property, String usual) {
        return Stream.of(System.getProperty("kant." + property, usual).split(","))
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
