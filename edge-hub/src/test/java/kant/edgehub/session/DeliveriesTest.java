package kant.edgehub.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kant.edgehub.fake.FakeClient;
import kant.edgehub.metrics.Counters;
import kant.edgehub.outbox.Fate;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.world.Time;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private final FakeClient client = new FakeClient();
    private int room;
    private final Deliveries deliveries = new Deliveries(
            IdentityId.module("edge", "a"), client, () -> room++, Time.system(), new Counters(Time.system()));

    @Test
    void a_settlement_becomes_the_messages_fate() {
        CompletableFuture<Fate> accepted = deliver(10);
        CompletableFuture<Fate> rejected = deliver(10);
        CompletableFuture<Fate> released = deliver(10);

        settle(0, Settlement.ACCEPTED);
        settle(1, Settlement.REJECTED);
        settle(2, Settlement.RELEASED);

        assertThat(accepted.join()).isEqualTo(Fate.DELIVERED);
        assertThat(rejected.join()).isEqualTo(new Fate.Dropped("rejected"));
        assertThat(released.join()).isInstanceOf(Fate.Retry.class);
    }

    @Test
    void no_more_than_the_window_is_unsettled_and_room_is_told_once() {
        client.window = 2;
        deliver(10);
        deliver(10);
        assertThat(deliveries.reserve()).isFalse();
        assertThat(deliveries.reserve()).isFalse();

        settle(0, Settlement.ACCEPTED);
        settle(1, Settlement.ACCEPTED);

        assertThat(room).isEqualTo(1);
        assertThat(deliveries.reserve()).isTrue();
    }

    @Test
    void after_a_no_there_is_no_room_before_all_that_was_settled_in_one_go_is_settled() {
        client.window = 2;
        List<Boolean> meanwhile = new ArrayList<>();
        var first = deliver(10).thenAccept(_ -> meanwhile.add(deliveries.reserve()));
        deliver(10);
        assertThat(deliveries.reserve()).isFalse();

        deliveries.settle(client.deliveries.stream().map(Delivery::id).toList(), Settlement.ACCEPTED);

        assertThat(first).isCompleted();
        assertThat(meanwhile).containsExactly(false);
        assertThat(room).isEqualTo(1);
        assertThat(deliveries.reserve()).isTrue();
    }

    @Test
    void a_place_that_is_reserved_counts() {
        client.window = 1;

        assertThat(deliveries.reserve()).isTrue();
        assertThat(deliveries.reserve()).isFalse();
    }

    @Test
    void large_messages_use_up_the_room_before_the_window_does() {
        for (int i = 0; i < 5; i++) {
            deliver(250_000);
        }

        assertThat(deliveries.reserve()).isFalse();
        assertThat(client.deliveries).hasSize(5);
    }

    @Test
    void an_unknown_settlement_is_ignored() {
        deliveries.settle(List.of(99L), Settlement.ACCEPTED);

        assertThat(room).isZero();
    }

    @Test
    void closing_gives_everything_back_and_takes_nothing_more() {
        CompletableFuture<Fate> fate = deliver(10);
        List<Settlement> cloud = new ArrayList<>();
        deliveries.deliverFromParent(cloudToDevice(7), cloud::add);

        deliveries.close();
        deliveries.deliverFromParent(cloudToDevice(8), cloud::add);

        assertThat(fate.join()).isInstanceOf(Fate.Retry.class);
        assertThat(cloud).containsExactly(Settlement.RELEASED, Settlement.RELEASED);
        assertThat(deliveries.reserve()).isFalse();
    }

    @Test
    void cloud_messages_beyond_the_window_wait_in_order() {
        client.window = 1;
        List<Settlement> settled = new ArrayList<>();
        deliveries.deliverFromParent(cloudToDevice(1), settled::add);
        deliveries.deliverFromParent(cloudToDevice(2), settled::add);
        assertThat(client.deliveries).hasSize(1);

        settle(0, Settlement.ACCEPTED);

        assertThat(client.deliveries).hasSize(2);
        assertThat(settled).containsExactly(Settlement.ACCEPTED);
    }

    private CompletableFuture<Fate> deliver(int bytes) {
        assertThat(deliveries.reserve()).isTrue();
        return deliveries.deliver("in", message(bytes), 0).toCompletableFuture();
    }

    private void settle(int index, Settlement settlement) {
        deliveries.settle(List.of(client.deliveries.get(index).id()), settlement);
    }

    private static Delivery cloudToDevice(long id) {
        return new Delivery(id, Feature.CLOUD_TO_DEVICE, null, message(10), 0);
    }

    private static Message message(int bytes) {
        return new Message(IdentityId.device("edge"), Map.of(), Map.of(), new byte[bytes]);
    }
}
