package kant.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import kant.testkit.history.Finding;
import kant.testkit.history.Verdict;
import org.junit.jupiter.api.Test;

/** {@code campaign/crash --rounds N --seed S} runs more of it. */
class CrashCampaignTest {
    private static final int ROUNDS = Integer.getInteger("kant.rounds", 15);
    private static final long SEED = Long.getLong("kant.seed", System.nanoTime() & 0xffff_ffffL);

    /** So small that its log begins a segment now and then in each round. */
    private static final Map<String, String> SMALL_STORE = Map.of("KANT_STORE_MAX_BYTES", Integer.toString(12 << 20));

    /** On a quiet machine a kill may find nothing that waits; not eight times. */
    private static final int ROUNDS_FROM_MEMORY = 8;

    @Test
    void whatever_was_acknowledged_arrives_in_order_however_often_the_hub_is_killed() throws Exception {
        String replay = "campaign/crash --rounds " + ROUNDS + " --seed " + SEED;
        try (Site site = Site.start(SMALL_STORE)) {
            Verdict verdict = run(site, ROUNDS);
            System.out.println("crash: " + ROUNDS + " rounds, seed " + SEED + ": " + verdict.text());

            assertThat(verdict.good())
                    .as("again with: %s%n%s", replay, verdict.text())
                    .isTrue();
            assertThat(site.hub.metrics()).as("no damage").contains("kant_store_damage_total 0");
            for (String endpoint : new String[] {Site.UPSTREAM, Site.INPUT}) {
                Map<String, Long> books = site.books(endpoint);
                assertThat(books.get("accepted"))
                        .as("the books of %s: %s", endpoint, books)
                        .isEqualTo(books.get("delivered"));
            }
        }
    }

    /** The proof that the one above can fail: a hub that acknowledges what it only has in memory is found out. */
    @Test
    void a_hub_that_keeps_messages_in_memory_only_is_found_to_lose_them() throws Exception {
        try (Site site = Site.start(Map.of("KANT_DURABILITY", "memory"))) {
            Verdict verdict = run(site, ROUNDS_FROM_MEMORY);

            assertThat(verdict.count(Finding.MISSING)).as(verdict.text()).isPositive();
        }
    }

    private static Verdict run(Site site, int rounds) throws Exception {
        try (var campaign = new CrashCampaign(site, new SplittableRandom(SEED))) {
            for (int i = 1; i <= rounds; i++) {
                campaign.round();
                if (i % 20 == 0) {
                    System.out.println("crash: round " + i + " of " + rounds);
                }
            }
            return campaign.finish();
        }
    }
}
