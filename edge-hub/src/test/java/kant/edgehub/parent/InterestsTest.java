package kant.edgehub.parent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kant.edgehub.fake.FakeLink;
import kant.edgehub.fake.ManualWorld;
import kant.edgehub.fake.NoEvents;
import kant.edgehub.metrics.Counters;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.upstream.Access;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterestsTest {
    private static final IdentityId LEAF = IdentityId.device("leaf");

    private final ManualWorld world = new ManualWorld();
    private final FakeLink link = new FakeLink();
    private final List<IdentityId> looked = new ArrayList<>();
    private final Map<IdentityId, String> models = new HashMap<>();
    private final Delivered delivered = new Delivered();
    private Attachments attachments;
    private Interests interests;

    /** Keeps how the last message is settled. */
    private static final class Delivered extends NoEvents {
        Consumer<Settlement> settle = _ -> {};

        @Override
        public void deliver(IdentityId id, Delivery delivery, Consumer<Settlement> settle) {
            this.settle = settle;
        }
    }

    @BeforeEach
    void start() {
        attachments = new Attachments(
                link,
                id -> Access.own(id, _ -> "token").announcing(models.getOrDefault(id, "")),
                new Counters(world),
                world);
        attachments.start(delivered);
        interests = new Interests(attachments, looked::add);
    }

    @Test
    void what_changed_before_the_parent_took_the_subscription_is_looked_for() {
        attachments.of(LEAF);
        link.identity(LEAF).goUp();

        var _ = interests.want(LEAF, Feature.DESIRED, "first");
        var _ = interests.want(LEAF, Feature.DESIRED, "second");
        var _ = interests.want(LEAF, Feature.METHODS, "first");

        assertThat(looked).containsExactly(LEAF);
    }

    @Test
    void an_identity_that_comes_up_later_is_looked_at_then() {
        var _ = interests.want(LEAF, Feature.DESIRED, "first");

        assertThat(looked).isEmpty();
        assertThat(link.identity(LEAF).subscribed).containsExactly(Feature.DESIRED);
    }

    @Test
    void an_identity_that_is_attached_anew_is_subscribed_to_what_was_wanted_before() {
        var _ = interests.want(LEAF, Feature.CLOUD_TO_DEVICE, "first");
        var _ = interests.want(LEAF, Feature.METHODS, "first");
        interests.drop(LEAF, Feature.METHODS, "first");
        FakeLink.Identity before = link.identity(LEAF);

        models.put(LEAF, "dtmi:test;1");
        attachments.changed(LEAF);

        assertThat(link.identity(LEAF)).isNotSameAs(before);
        assertThat(link.identity(LEAF).subscribed).containsExactly(Feature.CLOUD_TO_DEVICE);
        assertThat(before.closed).isTrue();
    }

    @Test
    void who_waits_for_something_of_the_parent_is_not_let_go_of() {
        var _ = interests.want(LEAF, Feature.CLOUD_TO_DEVICE, "first");
        world.advance(Duration.ofHours(2));

        attachments.releaseIdle(Duration.ofHours(1), _ -> false);
        assertThat(link.identity(LEAF).closed).isFalse();

        interests.drop(LEAF, Feature.CLOUD_TO_DEVICE, "first");
        attachments.releaseIdle(Duration.ofHours(1), _ -> false);
        assertThat(link.identity(LEAF).closed).isTrue();
    }

    @Test
    void a_message_is_settled_where_it_came_from() {
        var _ = interests.want(LEAF, Feature.CLOUD_TO_DEVICE, "first");
        FakeLink.Identity before = link.identity(LEAF);
        var message = new Message(LEAF, Map.of(), Map.of(), new byte[1]);
        before.listener().deliver(new Delivery(1, Feature.CLOUD_TO_DEVICE, null, message, 0));
        models.put(LEAF, "dtmi:test;1");
        attachments.changed(LEAF);

        delivered.settle.accept(Settlement.ACCEPTED);

        assertThat(before.settled).containsEntry(1L, Settlement.ACCEPTED);
        assertThat(link.identity(LEAF).settled).isEmpty();
    }
}
