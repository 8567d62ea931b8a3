package kant.iothub.door;

import static kant.iothub.fixture.Doors.await;
import static kant.iothub.fixture.Doors.refusal;
import static kant.iothub.fixture.Doors.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import kant.iothub.fixture.Doors;
import kant.iothub.fixture.FakeClient;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.protocol.port.Caller;
import kant.protocol.port.LockedMessage;
import kant.protocol.port.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks 36, 62 and 77 of device-protocols.md §8, behind the port. */
class CloudDeliveryTest {
    private static final IdentityId DEVICE = IdentityId.device("d");

    @TempDir
    private Path directory;

    private Doors doors;
    private String key;
    private final FakeClient client = new FakeClient(2);

    @BeforeEach
    void open() throws Exception {
        doors = new Doors(directory);
        key = doors.device("d", false, null);
    }

    @AfterEach
    void close() throws Exception {
        doors.close();
    }

    @Test
    void check_62_accepted_is_completed_rejected_dead_lettered_released_delivered_again() throws Exception {
        Session session = subscribed();
        for (String text : new String[] {"a", "b", "c"}) {
            send(text);
        }

        session.settle(nextWith("a").id(), Settlement.ACCEPTED);
        session.settle(nextWith("b").id(), Settlement.REJECTED);
        Delivery first = nextWith("c");
        session.settle(first.id(), Settlement.RELEASED);
        Delivery again = nextWith("c");
        session.settle(again.id(), Settlement.ACCEPTED);
        session.settle(12_345, Settlement.ACCEPTED);

        assertThat(first.deliveryCount()).isZero();
        assertThat(again.deliveryCount()).isEqualTo(1);
        untilEmpty();
        assertThat(doors.cloudMessages.state(DEVICE).completed()).isEqualTo(2);
        assertThat(doors.cloudMessages.state(DEVICE).rejected()).isEqualTo(1);
    }

    @Test
    void check_36_what_a_client_did_not_settle_comes_again_when_it_is_back() throws Exception {
        Session session = subscribed();
        send("a");
        nextWith("a");

        session.close();
        subscribed();

        assertThat(nextWith("a").deliveryCount()).isEqualTo(1);
    }

    @Test
    void no_more_is_under_way_than_the_window_has_room_for() throws Exception {
        for (int i = 0; i < 5; i++) {
            send("m" + i);
        }
        Session session = subscribed();

        Delivery first = nextWith("m0");
        nextWith("m1");
        assertThat(client.deliveries).isEmpty();
        session.settle(first.id(), Settlement.ACCEPTED);

        nextWith("m2");
        assertThat(client.deliveries).isEmpty();
    }

    @Test
    void nothing_comes_without_a_subscription_or_after_it() throws Exception {
        Session session = subscribed();
        await(session.unsubscribe(Feature.CLOUD_TO_DEVICE));
        send("a");

        assertThat(doors.cloudMessages.state(DEVICE).waiting()).isEqualTo(1);
        await(session.subscribe(Feature.CLOUD_TO_DEVICE));
        nextWith("a");
    }

    @Test
    void check_77_a_caller_receives_one_under_a_lock_and_completes_it() throws Exception {
        Caller caller = doors.call(DEVICE, key);
        assertThat(await(caller.receive(Duration.ofSeconds(60)))).isEmpty();
        send("a");

        LockedMessage locked = await(caller.receive(Duration.ofSeconds(60))).orElseThrow();

        assertThat(locked.message().payload()).asString().isEqualTo("a");
        assertThat(locked.deliveryCount()).isZero();
        assertThat(await(caller.receive(Duration.ofSeconds(60)))).isEmpty();
        await(caller.settle(locked.lockToken(), Settlement.ACCEPTED));
        assertThat(refusal(caller.settle(locked.lockToken(), Settlement.ACCEPTED)))
                .isInstanceOf(Refusal.PreconditionFailed.class);
    }

    @Test
    void check_77_what_a_caller_abandons_goes_to_the_session() throws Exception {
        send("a");
        Caller caller = doors.call(DEVICE, key);
        LockedMessage locked = await(caller.receive(Duration.ofSeconds(60))).orElseThrow();
        subscribed();

        await(caller.settle(locked.lockToken(), Settlement.RELEASED));

        assertThat(nextWith("a").deliveryCount()).isEqualTo(1);
    }

    private Session subscribed() throws Exception {
        Session session = doors.open(DEVICE, token(DEVICE, key), client);
        await(session.subscribe(Feature.CLOUD_TO_DEVICE));
        return session;
    }

    private void send(String text) throws Exception {
        doors.cloudMessages.send(DEVICE, new Message(DEVICE, Map.of(), Map.of(), text.getBytes()));
    }

    private Delivery nextWith(String text) throws Exception {
        Delivery next = client.next();
        assertThat(next.message().payload()).asString().isEqualTo(text);
        return next;
    }

    private void untilEmpty() throws Exception {
        for (int i = 0; doors.cloudMessages.depth(DEVICE) > 0; i++) {
            assertThat(i).as("tries until the queue is empty").isLessThan(1000);
            Thread.onSpinWait();
        }
    }
}
