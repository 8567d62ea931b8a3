package kant.edgehub.twin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import kant.edgehub.fake.FakeLink;
import kant.edgehub.fake.ManualWorld;
import kant.edgehub.fake.NoEvents;
import kant.edgehub.metrics.Counters;
import kant.edgehub.parent.Attachments;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.store.state.KeyedState;
import kant.upstream.Access;
import kant.upstream.LinkState;
import kant.world.FileDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwinsTest {
    private static final IdentityId A = IdentityId.module("edge", "a");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final ManualWorld world = new ManualWorld();
    private final List<String> told = new ArrayList<>();
    private FakeLink link = new FakeLink();
    private KeyedState state;
    private Twins twins;

    @BeforeEach
    void start() throws IOException {
        state = KeyedState.open(new FileDisk(directory), "state");
        link = new FakeLink();
        var attachments = new Attachments(link, id -> Access.own(id, _ -> "token"), new Counters(world), world);
        attachments.start(new NoEvents());
        twins = new Twins(
                state,
                attachments,
                (id, patch, _) -> told.add(id + " " + patch.version() + " " + patch.changes()),
                world,
                world,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5));
    }

    @AfterEach
    void close() {
        state.close();
    }

    @Test
    void online_the_parents_twin_is_given_and_remembered() {
        online();

        CompletableFuture<TwinProperties> read = get();
        answerTwin("{\"desired\":{\"t\":25,\"$version\":4},\"reported\":{\"on\":true,\"$version\":2}}");

        assertThat(read.join().json().toString())
                .isEqualTo("{\"desired\":{\"t\":25,\"$version\":4},\"reported\":{\"on\":true,\"$version\":2}}");
        assertThat(twins.cached(A)).isPresent();
    }

    @Test
    void offline_the_last_known_twin_is_given_also_after_a_restart() throws IOException {
        seen("{\"desired\":{\"t\":25,\"$version\":4},\"reported\":{}}");
        state.close();
        start();

        assertThat(get().join().desired().toString()).isEqualTo("{\"t\":25}");
    }

    @Test
    void offline_a_twin_never_seen_is_empty() {
        assertThat(get().join().json().toString())
                .isEqualTo("{\"desired\":{\"$version\":0},\"reported\":{\"$version\":0}}");
        assertThat(twins.cached(A)).isEmpty();
    }

    @Test
    void a_twin_read_for_the_first_time_is_no_change_to_a_client_that_was_told_nothing() {
        link.state(LinkState.UP);
        CompletableFuture<TwinProperties> read = get();
        goUp();
        answerTwin("{\"desired\":{\"t\":1,\"$version\":1}}");

        assertThat(read).isDone();
        assertThat(told).containsExactly("edge/a 1 {}");
    }

    @Test
    void a_client_that_was_given_the_empty_twin_is_told_the_difference() {
        assertThat(get().join().desiredVersion()).isZero();

        link.state(LinkState.UP);
        goUp();
        answerTwin("{\"desired\":{\"t\":1,\"$version\":1}}");

        assertThat(told).containsExactly("edge/a 1 {\"t\":1}");
    }

    @Test
    void a_read_waits_for_an_attachment_that_is_being_made() {
        link.state(LinkState.UP);
        CompletableFuture<TwinProperties> read = get();
        assertThat(read).isNotDone();

        goUp();
        answerTwin("{\"desired\":{\"t\":1,\"$version\":1}}");

        assertThat(read.join().desiredVersion()).isEqualTo(1);
    }

    @Test
    void a_read_that_waits_too_long_is_answered_with_what_is_known() {
        link.state(LinkState.UP);
        CompletableFuture<TwinProperties> read = get();

        world.advance(Duration.ofSeconds(20));

        assertThat(read.join().desiredVersion()).isZero();
    }

    @Test
    void a_report_is_acknowledged_before_the_parent_hears_of_it_and_read_back_at_once() {
        CompletableFuture<OptionalLong> done = report("{\"mode\":\"a\",\"old\":null}");

        assertThat(done).isCompleted();
        assertThat(get().join().reported().toString()).isEqualTo("{\"mode\":\"a\"}");
    }

    @Test
    void reports_made_offline_are_merged_with_nulls_kept_and_sent_once() {
        report("{\"a\":1,\"b\":{\"x\":1}}");
        report("{\"a\":null,\"b\":{\"y\":2}}");

        online();

        assertThat(link.identity(A).reports)
                .extracting(ObjectNode::toString)
                .containsExactly("{\"a\":null,\"b\":{\"x\":1,\"y\":2}}");
        link.identity(A).reportAnswers.getFirst().complete(OptionalLong.of(7));
        world.advance(Duration.ofSeconds(30));
        assertThat(link.identity(A).reports).hasSize(1);
    }

    @Test
    void reports_made_offline_survive_a_restart() throws IOException {
        report("{\"a\":1}");
        state.close();
        start();

        online();

        assertThat(link.identity(A).reports).extracting(ObjectNode::toString).containsExactly("{\"a\":1}");
    }

    @Test
    void what_is_reported_while_a_patch_is_under_way_follows_later_and_in_order() {
        online();
        report("{\"a\":1}");
        report("{\"a\":2,\"b\":1}");
        assertThat(link.identity(A).reports).hasSize(1);

        link.identity(A).reportAnswers.getFirst().complete(OptionalLong.of(1));
        world.run();
        assertThat(link.identity(A).reports).as("not more often than every 5 s").hasSize(1);
        world.advance(Duration.ofSeconds(5));

        assertThat(link.identity(A).reports)
                .extracting(ObjectNode::toString)
                .containsExactly("{\"a\":1}", "{\"a\":2,\"b\":1}");
    }

    @Test
    void a_patch_that_was_lost_is_sent_again_with_what_came_since() {
        online();
        report("{\"a\":1}");
        report("{\"b\":2}");
        link.identity(A).goDown();
        world.run();
        world.advance(Duration.ofSeconds(10));

        goUp();

        assertThat(link.identity(A).reports.getLast().toString()).isEqualTo("{\"a\":1,\"b\":2}");
    }

    @Test
    void a_patch_that_the_parent_refuses_is_not_sent_for_ever() {
        online();
        report("{\"a\":1}");
        link.identity(A)
                .reportAnswers
                .getFirst()
                .completeExceptionally(new RefusedException(new Refusal.Invalid("too deep")));
        world.advance(Duration.ofMinutes(5));

        assertThat(link.identity(A).reports).hasSize(1);
    }

    @Test
    void an_invalid_report_is_refused() {
        assertThat(report("{\"a.b\":1}")).isCompletedExceptionally();
    }

    @Test
    void reports_without_end_are_refused_while_the_parent_is_away() {
        CompletableFuture<OptionalLong> last = null;
        for (int i = 0; i < 40; i++) {
            last = report("{\"k" + i + "\":\"" + "x".repeat(4000) + "\"}");
        }

        assertThat(last).isCompletedExceptionally();
    }

    @Test
    void the_next_desired_patch_is_merged_and_passed_on() {
        seen("{\"desired\":{\"a\":1,\"b\":2,\"$version\":4}}");

        twins.desired(A, patch("{\"a\":null,\"c\":3}", 5));
        world.run();

        assertThat(told).containsExactly("edge/a 5 {\"a\":null,\"c\":3}");
        assertThat(twins.cached(A).orElseThrow().desired().toString()).isEqualTo("{\"b\":2,\"c\":3}");
    }

    @Test
    void a_patch_seen_before_is_ignored() {
        seen("{\"desired\":{\"$version\":4}}");

        twins.desired(A, patch("{\"a\":1}", 4));
        world.run();

        assertThat(told).isEmpty();
    }

    @Test
    void a_gap_makes_the_whole_twin_be_read_and_the_difference_told() {
        seen("{\"desired\":{\"a\":1,\"b\":2,\"$version\":4}}");

        twins.desired(A, patch("{\"c\":3}", 6));
        world.run();
        answerTwin("{\"desired\":{\"b\":2,\"c\":3,\"$version\":6}}");

        assertThat(told).containsExactly("edge/a 6 {\"a\":null,\"c\":3}");
    }

    @Test
    void what_changed_while_the_link_was_down_is_told_on_return() {
        seen("{\"desired\":{\"a\":1,\"$version\":4}}");
        link.identity(A).goDown();

        goUp();
        answerTwin("{\"desired\":{\"a\":2,\"$version\":9}}");

        assertThat(told).containsExactly("edge/a 9 {\"a\":2}");
    }

    @Test
    void a_twin_that_is_older_than_a_change_that_came_meanwhile_does_not_undo_it() {
        seen("{\"desired\":{\"a\":1,\"$version\":4}}");

        goUp();
        twins.desired(A, patch("{\"a\":2}", 5));
        world.run();
        answerTwin("{\"desired\":{\"a\":1,\"$version\":4}}");
        assertThat(twins.cached(A).orElseThrow().desiredVersion()).isEqualTo(5);
        answerTwin("{\"desired\":{\"a\":2,\"$version\":5}}");

        assertThat(told).containsExactly("edge/a 5 {\"a\":2}");
        assertThat(twins.cached(A).orElseThrow().desiredVersion()).isEqualTo(5);
    }

    @Test
    void a_report_that_the_parent_takes_while_it_tells_the_twin_is_not_lost_from_view() {
        seen("{\"reported\":{\"on\":false,\"$version\":1}}");

        report("{\"on\":true}");
        goUp();
        link.identity(A).reportAnswers.getFirst().complete(OptionalLong.of(2));
        world.run();
        answerTwin("{\"reported\":{\"on\":false,\"$version\":1}}");

        assertThat(twins.cached(A).orElseThrow().reported().toString()).isEqualTo("{\"on\":true}");
    }

    @Test
    void a_change_that_a_read_brings_is_told_once() {
        seen("{\"desired\":{\"a\":1,\"$version\":4}}");

        CompletableFuture<TwinProperties> read = get();
        answerTwin("{\"desired\":{\"a\":2,\"$version\":5}}");
        twins.desired(A, patch("{\"a\":2}", 5));
        world.run();

        assertThat(read.join().desiredVersion()).isEqualTo(5);
        assertThat(told).containsExactly("edge/a 5 {\"a\":2}");
    }

    @Test
    void every_desired_change_is_told_in_order_across_gaps_and_reconnects() {
        seen("{\"desired\":{\"n\":0,\"$version\":1}}");

        twins.desired(A, patch("{\"n\":1}", 2));
        world.run();
        link.identity(A).goDown();
        goUp();
        answerTwin("{\"desired\":{\"n\":4,\"$version\":5}}");
        twins.desired(A, patch("{\"n\":4}", 5));
        twins.desired(A, patch("{\"n\":5}", 6));
        twins.desired(A, patch("{\"n\":7}", 8));
        world.run();
        answerTwin("{\"desired\":{\"n\":7,\"$version\":8}}");
        twins.desired(A, patch("{\"n\":8}", 9));
        world.run();

        assertThat(told)
                .containsExactly(
                        "edge/a 2 {\"n\":1}",
                        "edge/a 5 {\"n\":4}",
                        "edge/a 6 {\"n\":5}",
                        "edge/a 8 {\"n\":7}",
                        "edge/a 9 {\"n\":8}");
    }

    @Test
    void an_unreadable_stored_twin_counts_as_never_seen() throws IOException {
        state.put("twin/edge/a", new byte[] {1, 2, 3});

        assertThat(get().join().desiredVersion()).isZero();
    }

    private void seen(String twin) {
        online();
        answerTwin(twin);
        told.clear();
    }

    private void online() {
        link.state(LinkState.UP);
        twins.attached(A);
        world.run();
        goUp();
    }

    private void goUp() {
        link.identity(A).goUp();
        twins.attached(A);
        world.run();
    }

    private void answerTwin(String json) {
        try {
            TwinProperties twin = TwinProperties.parse((ObjectNode) JSON.readTree(json));
            link.identity(A).twinReads.forEach(read -> read.complete(twin));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        world.run();
    }

    private CompletableFuture<TwinProperties> get() {
        CompletableFuture<TwinProperties> answer = twins.get(A).toCompletableFuture();
        world.run();
        return answer;
    }

    private CompletableFuture<OptionalLong> report(String json) {
        try {
            CompletableFuture<OptionalLong> answer =
                    twins.report(A, (ObjectNode) JSON.readTree(json)).toCompletableFuture();
            world.run();
            return answer;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static TwinPatch patch(String json, long version) {
        try {
            return new TwinPatch((ObjectNode) JSON.readTree(json), version);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
