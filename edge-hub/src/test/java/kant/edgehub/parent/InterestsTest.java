package kant.edgehub.parent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import kant.edgehub.fake.FakeLink;
import kant.edgehub.fake.ManualWorld;
import kant.edgehub.fake.NoEvents;
import kant.edgehub.metrics.Counters;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.upstream.Access;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterestsTest {
    private static final IdentityId LEAF = IdentityId.device("leaf");

    private final ManualWorld world = new ManualWorld();
    private final FakeLink link = new FakeLink();
    private final List<IdentityId> looked = new ArrayList<>();
    private Attachments attachments;
    private Interests interests;

    @BeforeEach
    void start() {
        attachments = new Attachments(link, id -> Access.own(id, _ -> "token"), new Counters(world), world);
        attachments.start(new NoEvents());
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
}
