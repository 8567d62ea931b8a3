package kant.iothub.c2d;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.iothub.c2d.CloudMessages.Holder;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.fixture.Parts;
import kant.iothub.registry.DeviceDraft;
import kant.iothub.registry.IfMatch;
import kant.iothub.registry.ModuleDraft;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudMessagesTest {
    private static final IdentityId DEVICE = IdentityId.device("d");
    private static final IdentityId MODULE = IdentityId.module("d", "m");
    private static final Duration LOCK = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Parts parts;

    @BeforeEach
    void open() throws Exception {
        parts = new Parts(directory);
        parts.registry.putDevice("d", new IfMatch.Absent(), new DeviceDraft(null, null, null, null, null, null));
        parts.registry.putModule(MODULE, new IfMatch.Absent(), new ModuleDraft(null, null));
        parts.told.lines.clear();
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
    }

    @Test
    void a_message_is_taken_once_with_what_the_queue_knows_of_it_and_is_gone_when_completed() throws Exception {
        send(Map.of(SystemProperties.MESSAGE_ID, "m1"));

        Locked locked = take().orElseThrow();

        assertThat(parts.told.lines).containsExactly("waiting d");
        assertThat(take()).isEmpty();
        assertThat(locked.message().deliveries()).isZero();
        Message message = locked.message().outgoing();
        assertThat(message.sender()).isEqualTo(DEVICE);
        assertThat(message.systemProperties())
                .containsEntry(SystemProperties.MESSAGE_ID, "m1")
                .containsEntry(SystemProperties.TO, "/devices/d/messages/devicebound")
                .containsEntry(SystemProperties.SEQUENCE_NUMBER, "1")
                .containsEntry(SystemProperties.ENQUEUED_TIME, "2026-01-01T00:00:00Z");
        assertThat(settle(locked, Settlement.ACCEPTED)).isZero();
        assertThat(settle(locked, Settlement.ACCEPTED)).isEqualTo(1);
        assertThat(parts.cloudMessages.state(DEVICE)).isEqualTo(new QueueState(0, 1, 0, 0, 0, 0));
    }

    @Test
    void each_device_and_module_has_its_own_queue_and_order() throws Exception {
        send(Map.of());
        send(Map.of());
        parts.cloudMessages.send(MODULE, message(Map.of()));

        List<Locked> taken = parts.cloudMessages.take(DEVICE, 10, LOCK, Holder.CALLER);

        assertThat(taken).extracting(one -> one.message().sequence()).containsExactly(1L, 2L);
        assertThat(parts.cloudMessages.take(MODULE, 10, LOCK, Holder.CALLER))
                .extracting(one -> one.message().outgoing().systemProperties().get(SystemProperties.TO))
                .containsExactly("/devices/d/modules/m/messages/devicebound");
    }

    @Test
    void what_is_abandoned_comes_again_and_is_given_up_after_ten_deliveries() throws Exception {
        send(Map.of());
        for (int delivery = 0; delivery < 10; delivery++) {
            Locked locked = take().orElseThrow();
            assertThat(locked.message().deliveries()).isEqualTo(delivery);
            settle(locked, Settlement.RELEASED);
        }

        assertThat(take()).isEmpty();
        assertThat(parts.cloudMessages.state(DEVICE)).isEqualTo(new QueueState(0, 0, 0, 0, 1, 0));
    }

    @Test
    void a_lock_that_runs_out_gives_the_message_back_and_settles_nothing_any_more() throws Exception {
        send(Map.of());
        Locked first = take().orElseThrow();
        parts.time.pass(LOCK.plusMillis(1));

        Locked second = take().orElseThrow();

        assertThat(second.message().deliveries()).isEqualTo(1);
        assertThat(settle(first, Settlement.ACCEPTED)).isEqualTo(1);
        assertThat(settle(second, Settlement.ACCEPTED)).isZero();
    }

    @Test
    void a_message_that_nobody_takes_in_time_expires() throws Exception {
        send(Map.of());
        send(Map.of(SystemProperties.EXPIRY, "2026-01-01T00:00:10Z"));
        send(Map.of(SystemProperties.EXPIRY, "2030-01-01T00:00:00Z"));

        parts.time.pass(Duration.ofSeconds(10));
        Instant due = parts.cloudMessages.sweep();
        QueueState early = parts.cloudMessages.state(DEVICE);
        parts.time.pass(Duration.ofHours(1));
        parts.cloudMessages.sweep();
        QueueState later = parts.cloudMessages.state(DEVICE);
        parts.time.pass(Duration.ofDays(2));
        parts.cloudMessages.sweep();

        assertThat(early.expired()).isEqualTo(1);
        assertThat(due).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(later.expired()).isEqualTo(2);
        assertThat(parts.cloudMessages.state(DEVICE)).isEqualTo(new QueueState(0, 0, 0, 3, 0, 0));
    }

    @Test
    void limits_are_iot_hubs() throws Exception {
        for (int i = 0; i < CloudMessages.MAX_DEPTH; i++) {
            send(Map.of());
        }

        refused(ErrorCode.QUEUE_FULL, () -> send(Map.of()));
        refused(
                ErrorCode.MESSAGE_TOO_LARGE,
                () -> parts.cloudMessages.send(
                        MODULE, new Message(MODULE, Map.of(), Map.of(), new byte[64 * 1024 + 1])));
        refused(ErrorCode.ARGUMENT_INVALID, () -> send(Map.of(SystemProperties.EXPIRY, "tomorrow")));
        refused(ErrorCode.ARGUMENT_INVALID, () -> send(Map.of(SystemProperties.ACK, "perhaps")));
        refused(
                ErrorCode.DEVICE_NOT_FOUND,
                () -> parts.cloudMessages.send(IdentityId.device("nobody"), message(Map.of())));
        refused(
                ErrorCode.MODULE_NOT_FOUND,
                () -> parts.cloudMessages.send(IdentityId.module("d", "nobody"), message(Map.of())));
        assertThat(parts.cloudMessages.purge(DEVICE)).isEqualTo(CloudMessages.MAX_DEPTH);
        send(Map.of());
    }

    @Test
    void messages_outlive_the_hub_and_what_a_session_held_comes_again() throws Exception {
        send(Map.of());
        send(Map.of());
        parts.cloudMessages.take(DEVICE, 1, LOCK, Holder.SESSION);
        Locked byCaller = take().orElseThrow();
        parts.close();
        parts = new Parts(directory);

        Locked again = take().orElseThrow();

        assertThat(again.message().sequence()).isEqualTo(1);
        assertThat(again.message().deliveries()).isEqualTo(1);
        assertThat(settle(byCaller, Settlement.ACCEPTED)).isZero();
    }

    @Test
    void a_removed_identity_leaves_no_queue_behind() throws Exception {
        parts.cloudMessages.send(MODULE, message(Map.of()));
        parts.registry.deleteModule(MODULE, new IfMatch.Any());
        parts.registry.putModule(MODULE, new IfMatch.Absent(), new ModuleDraft(null, null));

        assertThat(parts.cloudMessages.state(MODULE)).isEqualTo(new QueueState(0, 0, 0, 0, 0, 0));
    }

    private Optional<Locked> take() throws Exception {
        return parts.cloudMessages.take(DEVICE, 1, LOCK, Holder.CALLER).stream().findFirst();
    }

    private int settle(Locked locked, Settlement settlement) throws Exception {
        return parts.cloudMessages.settle(DEVICE, List.of(new Settled(locked.token(), settlement)));
    }

    private void send(Map<String, String> system) throws Exception {
        parts.cloudMessages.send(DEVICE, message(system));
    }

    private static Message message(Map<String, String> system) {
        return new Message(
                IdentityId.device("service"), system, Map.of("k", "v"), "hello".getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
