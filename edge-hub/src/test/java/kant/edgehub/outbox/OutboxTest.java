package kant.edgehub.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.edgehub.fake.ManualWorld;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.store.Entry;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final IdentityId A = IdentityId.module("edge", "a");
    private static final IdentityId B = IdentityId.module("edge", "b");

    private final ManualWorld world = new ManualWorld();
    private final FakeCursor cursor = new FakeCursor();
    private final ScriptedEndpoint endpoint = new ScriptedEndpoint();
    private final List<Fate> fates = new ArrayList<>();
    private final Outbox outbox =
            new Outbox(endpoint, cursor, world, Backoff.standard(world), (_, fate) -> fates.add(fate));

    @Test
    void messages_go_out_in_order_without_waiting_for_each_answer() {
        add(A, "1", "2", "3");

        assertThat(endpoint.sent).containsExactly("1", "2", "3");
        assertThat(cursor.delivered).isEmpty();
    }

    @Test
    void what_the_endpoint_took_is_settled() {
        add(A, "1", "2");

        endpoint.answer("1", Fate.DELIVERED);
        endpoint.answer("2", new Fate.Dropped("rejected"));
        world.run();

        assertThat(cursor.pending()).isZero();
        assertThat(cursor.dropped.values()).containsExactly("rejected");
        assertThat(fates).containsExactly(Fate.DELIVERED, new Fate.Dropped("rejected"));
    }

    @Test
    void a_failure_is_sent_again_in_order_after_a_rest() {
        add(A, "1", "2", "3");

        endpoint.answer("1", Fate.DELIVERED);
        endpoint.answer("2", new Fate.Retry("lost"));
        endpoint.answer("3", new Fate.Retry("lost"));
        world.run();
        assertThat(endpoint.sent).containsExactly("1", "2", "3");

        world.advance(Duration.ofSeconds(2));
        assertThat(endpoint.sent).containsExactly("1", "2", "3", "2", "3");
    }

    @Test
    void nothing_new_overtakes_while_others_of_a_failed_lane_are_under_way() {
        endpoint.window = 2;
        add(A, "1", "2", "3");

        endpoint.answer("1", new Fate.Retry("lost"));
        world.run();
        assertThat(endpoint.sent).containsExactly("1", "2");

        endpoint.answer("2", Fate.DELIVERED);
        world.advance(Duration.ofSeconds(2));
        assertThat(endpoint.sent).containsExactly("1", "2", "1", "3");
    }

    @Test
    void a_lane_that_fails_does_not_hold_back_another() {
        add(A, "a1");
        endpoint.answer("a1", new Fate.Retry("lost"));
        world.run();

        add(A, "a2");
        add(B, "b1");

        assertThat(endpoint.sent).containsExactly("a1", "b1");
    }

    @Test
    void rests_grow_and_a_success_makes_them_short_again() {
        add(A, "1");
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            endpoint.answer("1", new Fate.Retry("lost"));
            world.run();
            int before = endpoint.sent.size();
            world.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(endpoint.sent).hasSize(before);
            world.advance(Duration.ofMillis(1));
            assertThat(endpoint.sent).hasSize(before + 1);
        }
        endpoint.answer("1", Fate.DELIVERED);
        add(A, "2");
        endpoint.answer("2", new Fate.Retry("lost"));
        world.run();
        world.advance(Duration.ofSeconds(1));
        assertThat(endpoint.sent.getLast()).isEqualTo("2");
        assertThat(endpoint.waiting).containsKey("2");
    }

    @Test
    void what_is_given_back_again_and_again_is_dropped_and_counted_and_holds_nobody_up_for_ever() {
        endpoint.window = 1;
        add(A, "poison", "2");

        for (int time = 1; time <= Patience.MOST_TIMES; time++) {
            assertThat(endpoint.sent).hasSize(time).containsOnly("poison");
            endpoint.answer("poison", new Fate.GivenBack());
            world.run();
            assertThat(endpoint.sent)
                    .as("not at once")
                    .filteredOn("poison"::equals)
                    .hasSize(time);
            world.advance(Duration.ofSeconds(60));
        }

        assertThat(cursor.dropped.values()).containsExactly(Patience.GIVEN_BACK_TOO_OFTEN);
        assertThat(fates).endsWith(new Fate.Dropped(Patience.GIVEN_BACK_TOO_OFTEN));
        assertThat(endpoint.sent).endsWith("2");
    }

    @Test
    void a_receiver_that_is_away_gets_its_message_however_long_that_takes() {
        add(A, "1");
        for (int time = 0; time < 5 * Patience.MOST_TIMES; time++) {
            endpoint.answer("1", new Fate.Retry("gone"));
            world.advance(Duration.ofSeconds(60));
        }

        endpoint.answer("1", Fate.DELIVERED);
        world.run();

        assertThat(cursor.dropped).isEmpty();
        assertThat(cursor.delivered).hasSize(1);
    }

    @Test
    void a_returning_endpoint_ends_the_rest_at_once() {
        add(A, "1");
        endpoint.answer("1", new Fate.Retry("lost"));
        world.run();

        outbox.retry();
        world.run();

        assertThat(endpoint.sent).containsExactly("1", "1");
    }

    @Test
    void nothing_is_read_while_the_endpoint_is_closed_and_what_was_held_goes_back() {
        endpoint.window = 1;
        add(A, "1", "2");
        assertThat(cursor.inFlight()).isEqualTo(2);

        endpoint.open = false;
        outbox.wake();
        world.run();
        assertThat(cursor.inFlight()).isEqualTo(1);

        cursor.expire();
        endpoint.open = true;
        endpoint.answer("1", Fate.DELIVERED);
        world.run();
        assertThat(endpoint.sent).containsExactly("1");
    }

    @Test
    void what_expires_during_a_rest_is_not_sent() {
        add(A, "1", "2");
        endpoint.answer("1", new Fate.Retry("lost"));
        endpoint.answer("2", new Fate.Retry("lost"));
        world.run();
        assertThat(cursor.inFlight()).as("read again and held").isEqualTo(2);

        endpoint.open = false;
        outbox.wake();
        world.run();
        cursor.expire();
        endpoint.open = true;
        world.advance(Duration.ofSeconds(5));

        assertThat(endpoint.sent).containsExactly("1", "2");
    }

    @Test
    void no_more_is_taken_from_the_store_than_the_bound() {
        endpoint.window = 0;
        for (int i = 0; i < 2 * Outbox.MAX_ENTRIES; i++) {
            add(A, "m" + i);
        }

        assertThat(cursor.inFlight()).isEqualTo(Outbox.MAX_ENTRIES);
    }

    @Test
    void large_messages_are_bounded_by_bytes() {
        endpoint.window = 0;
        for (int i = 0; i < 30; i++) {
            add(A, "x".repeat(200_000));
        }

        assertThat(cursor.inFlight()).isBetween(10, 12);
    }

    @Test
    void nothing_overtakes_a_failure_that_comes_between_two_looks_at_the_results() {
        endpoint.window = 1;
        add(A, "1", "2");
        endpoint.window = 2;
        // After the outbox has looked at what is settled, and before it sends.
        endpoint.beforeSending = () -> endpoint.answer("1", new Fate.Retry("lost"));

        outbox.wake();
        world.run();
        assertThat(endpoint.sent).containsExactly("1");

        world.advance(Duration.ofSeconds(2));
        assertThat(endpoint.sent).containsExactly("1", "1", "2");
    }

    @Test
    void stopping_waits_for_what_is_under_way() {
        add(A, "1");

        CompletableFuture<Void> stopped = outbox.stop();
        add(A, "2");
        assertThat(stopped).isNotDone();

        endpoint.answer("1", Fate.DELIVERED);
        world.run();
        assertThat(stopped).isDone();
        assertThat(endpoint.sent).containsExactly("1");
    }

    private void add(IdentityId sender, String... texts) {
        for (String text : texts) {
            cursor.add(new Message(sender, Map.of(), Map.of(), text.getBytes(StandardCharsets.UTF_8)));
        }
        world.run();
    }

    /** Sends to nobody: the test answers. */
    private static final class ScriptedEndpoint implements Endpoint {
        final List<String> sent = new ArrayList<>();
        final Map<String, CompletableFuture<Fate>> waiting = new HashMap<>();
        final Set<IdentityId> refused = new HashSet<>();
        Runnable beforeSending = () -> {};
        boolean open = true;
        int window = 100;

        void answer(String text, Fate fate) {
            CompletableFuture<Fate> answer = waiting.remove(text);
            if (answer == null) {
                throw new AssertionError(text + " is not under way");
            }
            answer.complete(fate);
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public boolean prompt() {
            return true;
        }

        @Override
        public boolean open() {
            Runnable now = beforeSending;
            beforeSending = () -> {};
            now.run();
            return open;
        }

        @Override
        public IdentityId lane(Entry entry) {
            return entry.message().sender();
        }

        @Override
        public boolean reserve(IdentityId lane, int underWay) {
            return underWay < window && !refused.contains(lane);
        }

        @Override
        public CompletionStage<Fate> send(Entry entry) {
            String text = new String(entry.message().payload(), StandardCharsets.UTF_8);
            sent.add(text);
            var answer = new CompletableFuture<Fate>();
            waiting.put(text, answer);
            return answer;
        }
    }
}
