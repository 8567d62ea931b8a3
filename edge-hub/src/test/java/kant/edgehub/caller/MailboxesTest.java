package kant.edgehub.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kant.edgehub.fake.FakeLink;
import kant.edgehub.fake.ManualWorld;
import kant.edgehub.fake.NoEvents;
import kant.edgehub.metrics.Counters;
import kant.edgehub.parent.Attachments;
import kant.edgehub.parent.Interests;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.protocol.port.LockedMessage;
import kant.upstream.Access;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cloud-to-device messages for clients without a connection. */
class MailboxesTest {
    private static final IdentityId LEAF = IdentityId.device("leaf");
    private static final Duration LOCK = Duration.ofSeconds(60);

    private final ManualWorld world = new ManualWorld();
    private final FakeLink link = new FakeLink();
    private final List<Settlement> settled = new ArrayList<>();
    private Mailboxes mailboxes;

    @BeforeEach
    void start() {
        var attachments = new Attachments(link, id -> Access.own(id, _ -> "token"), new Counters(world), world);
        attachments.start(new NoEvents());
        mailboxes = new Mailboxes(new Interests(attachments, _ -> {}), world, world, world);
    }

    @Test
    void the_first_request_subscribes_and_waits_a_moment_for_what_the_parent_has() {
        CompletableFuture<Optional<LockedMessage>> first = receive();
        assertThat(link.identity(LEAF).subscribed).containsExactly(Feature.CLOUD_TO_DEVICE);
        assertThat(first).isNotDone();

        assertThat(offer("1")).isTrue();

        assertThat(text(first)).isEqualTo("1");
    }

    @Test
    void an_empty_queue_is_told_as_empty_and_later_requests_do_not_wait() {
        CompletableFuture<Optional<LockedMessage>> first = receive();
        world.advance(Mailboxes.FIRST_WAIT);

        assertThat(first).isCompletedWithValue(Optional.empty());
        assertThat(receive()).isCompletedWithValue(Optional.empty());
    }

    @Test
    void each_request_asks_the_parent_again_which_may_have_refused_before() {
        receive();
        link.identity(LEAF).subscribed.clear();

        receive();

        assertThat(link.identity(LEAF).subscribed).containsExactly(Feature.CLOUD_TO_DEVICE);
    }

    @Test
    void a_settlement_reaches_the_parent_once() {
        receive();
        offer("1");
        offer("2");
        LockedMessage second = receive().join().orElseThrow();

        assertThat(settle(second.lockToken(), Settlement.REJECTED)).isCompleted();
        assertThat(settled).containsExactly(Settlement.REJECTED);
        assertThat(settle(second.lockToken(), Settlement.ACCEPTED)).isCompletedExceptionally();
        assertThat(settled).hasSize(1);
    }

    @Test
    void a_lock_that_runs_out_gives_the_message_back_and_its_token_is_stale() {
        CompletableFuture<Optional<LockedMessage>> first = receive();
        offer("1");
        String token = first.join().orElseThrow().lockToken();

        world.advance(LOCK);

        assertThat(settled).containsExactly(Settlement.RELEASED);
        assertThat(settle(token, Settlement.ACCEPTED).exceptionNow())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(Refusal.PreconditionFailed.class));
    }

    @Test
    void what_nobody_fetches_goes_back_and_the_subscription_ends() {
        receive();
        world.advance(Mailboxes.FIRST_WAIT);
        offer("1");

        world.advance(Mailboxes.IDLE);

        assertThat(settled).containsExactly(Settlement.RELEASED);
        assertThat(link.identity(LEAF).subscribed).isEmpty();
        assertThat(offer("2")).isFalse();
    }

    @Test
    void a_full_mailbox_takes_no_more() {
        receive();
        world.advance(Mailboxes.FIRST_WAIT);
        for (int i = 0; i < Mailbox.MOST_MESSAGES; i++) {
            assertThat(offer("m")).isTrue();
        }

        assertThat(offer("one more")).isFalse();
    }

    @Test
    void after_a_lost_link_nothing_is_held_because_it_comes_again() {
        receive();
        world.advance(Mailboxes.FIRST_WAIT);
        offer("1");

        mailboxes.down(LEAF);

        assertThat(receive()).isCompletedWithValue(Optional.empty());
        assertThat(settled).isEmpty();
    }

    private CompletableFuture<Optional<LockedMessage>> receive() {
        return mailboxes.receive(LEAF, LOCK).toCompletableFuture();
    }

    private CompletableFuture<Void> settle(String token, Settlement settlement) {
        return mailboxes.settle(LEAF, token, settlement).toCompletableFuture();
    }

    private boolean offer(String text) {
        var message = new Message(LEAF, Map.of(), Map.of(), text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return mailboxes.offer(LEAF, new Delivery(1, Feature.CLOUD_TO_DEVICE, null, message, 0), settled::add);
    }

    private static String text(CompletableFuture<Optional<LockedMessage>> received) {
        return new String(received.join().orElseThrow().message().payload(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
