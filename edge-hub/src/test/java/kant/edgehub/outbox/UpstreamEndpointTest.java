package kant.edgehub.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import kant.edgehub.fake.FakeLink;
import kant.edgehub.fake.ManualWorld;
import kant.edgehub.fake.NoEvents;
import kant.edgehub.metrics.Counters;
import kant.edgehub.parent.Attachments;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.store.Entry;
import kant.upstream.Access;
import kant.upstream.LinkState;
import kant.upstream.budget.Budget;
import kant.upstream.budget.QuietHours;
import kant.upstream.budget.UpstreamLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpstreamEndpointTest {
    private static final IdentityId A = IdentityId.module("edge", "a");
    private static final IdentityId B = IdentityId.device("leaf");

    private final FakeLink link = new FakeLink();
    private final Attachments attachments = new Attachments(
            link, id -> Access.own(id, _ -> "token"), new Counters(new ManualWorld()), new ManualWorld());
    private final Set<IdentityId> unknown = new HashSet<>();
    private final ManualWorld world = new ManualWorld();
    private final Budget budget = new Budget(world, world);
    private int woken;
    private final UpstreamEndpoint endpoint =
            new UpstreamEndpoint(attachments, unknown::contains, budget, () -> woken++);

    @BeforeEach
    void start() {
        attachments.start(new NoEvents());
    }

    @Test
    void it_is_open_while_the_link_is_up() {
        assertThat(endpoint.open()).isFalse();
        link.state(LinkState.UP);
        assertThat(endpoint.open()).isTrue();
        link.state(LinkState.DRAINING);
        assertThat(endpoint.open()).isFalse();
    }

    @Test
    void in_quiet_hours_it_is_closed_and_woken_at_their_end() {
        link.state(LinkState.UP);
        budget.limit(new UpstreamLimits(OptionalLong.empty(), QuietHours.parse(List.of("00:00-02:00"))));

        assertThat(endpoint.open()).isFalse();
        assertThat(endpoint.open()).isFalse();
        world.advance(Duration.ofHours(1));
        assertThat(woken).isZero();
        world.advance(Duration.ofHours(1));

        assertThat(woken).isEqualTo(1);
        assertThat(endpoint.open()).isTrue();
    }

    @Test
    void with_a_limit_little_is_taken_ahead_so_that_what_is_urgent_does_not_wait_behind_it() {
        link.state(LinkState.UP);
        endpoint.reserve(A, 0);
        link.identity(A).goUp();
        assertThat(endpoint.aheadBytes()).isEqualTo(Outbox.MAX_BYTES);

        budget.limit(new UpstreamLimits(OptionalLong.of(10_000), QuietHours.NONE));

        assertThat(endpoint.aheadBytes()).isEqualTo(10_000);
        assertThat(endpoint.reserve(A, 15)).isTrue();
        assertThat(endpoint.reserve(A, 16)).isFalse();
    }

    @Test
    void each_sender_is_attached_when_it_is_first_needed_and_has_a_window_of_its_own() {
        assertThat(endpoint.reserve(A, 0)).isFalse();
        link.identity(A).goUp();
        link.identity(A).window = 2;

        assertThat(endpoint.reserve(A, 1)).isTrue();
        assertThat(endpoint.reserve(A, 2)).isFalse();
        assertThat(endpoint.reserve(B, 0))
                .as("another sender waits for its own attachment")
                .isFalse();
        assertThat(link.attached(B)).isTrue();
    }

    @Test
    void the_parents_acknowledgement_is_the_delivery() {
        CompletionStage<Fate> fate = send();
        link.identity(A).sends.getFirst().complete(null);

        assertThat(fate.toCompletableFuture().join()).isEqualTo(Fate.DELIVERED);
    }

    @Test
    void a_loss_is_tried_again_and_a_message_that_can_never_pass_is_dropped_with_its_reason() {
        assertThat(failed(new Refusal.Unavailable("lost"))).isInstanceOf(Fate.Retry.class);
        assertThat(failed(new Refusal.TimedOut("slow"))).isInstanceOf(Fate.Retry.class);
        assertThat(failed(new Refusal.Unauthorized("disabled"))).isInstanceOf(Fate.Retry.class);
        assertThat(failed(new Refusal.TooLarge("big"))).isEqualTo(new Fate.Dropped("too-large-for-parent"));
        assertThat(failed(new Refusal.Invalid("odd"))).isEqualTo(new Fate.Dropped("refused-by-parent"));
    }

    @Test
    void messages_of_a_sender_that_is_not_registered_any_more_are_dropped() {
        unknown.add(A);

        assertThat(endpoint.reserve(A, 0)).isTrue();
        assertThat(endpoint.send(entry()).toCompletableFuture().join()).isEqualTo(new Fate.Dropped("sender-unknown"));
    }

    private Fate failed(Refusal refusal) {
        CompletionStage<Fate> fate = send();
        link.identity(A).sends.getLast().completeExceptionally(new RefusedException(refusal));
        return fate.toCompletableFuture().join();
    }

    private CompletionStage<Fate> send() {
        if (!endpoint.reserve(A, 0)) {
            link.identity(A).goUp();
        }
        return endpoint.send(entry());
    }

    private static Entry entry() {
        return new Entry(1, 0, 0, new Message(A, Map.of(), Map.of(), new byte[1]));
    }
}
