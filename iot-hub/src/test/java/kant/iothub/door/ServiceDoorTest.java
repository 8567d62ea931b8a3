package kant.iothub.door;

import static kant.iothub.fixture.Doors.await;
import static kant.iothub.fixture.Doors.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import kant.iothub.c2d.CloudMessages.Holder;
import kant.iothub.c2d.Locked;
import kant.iothub.c2d.Settled;
import kant.iothub.fixture.Doors;
import kant.iothub.fixture.FakeService;
import kant.iothub.fixture.FakeService.Batch;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.protocol.port.ServiceSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks S12 and S13 of service-protocols.md §6, behind the port. */
class ServiceDoorTest {
    private static final IdentityId DEVICE = IdentityId.device("d");

    @TempDir
    private Path directory;

    private Doors doors;

    @BeforeEach
    void open() throws Exception {
        doors = new Doors(directory);
        doors.device("d", false, null);
    }

    @AfterEach
    void close() throws Exception {
        doors.close();
    }

    @Test
    void check_s12_a_service_sends_and_limits_are_refused() throws Exception {
        ServiceSession service = await(doors.services.open(token("iothubowner", Doors.NAME), new FakeService()));

        await(service.send(DEVICE, message("m0")));
        for (int i = 1; i < 50; i++) {
            await(service.send(DEVICE, message("m" + i)));
        }

        assertThat(refusal(service.send(DEVICE, message("m50")))).isInstanceOf(Refusal.LimitExceeded.class);
        assertThat(refusal(service.send(IdentityId.device("nobody"), message("m"))))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(refusal(service.send(DEVICE, new Message(DEVICE, Map.of(), Map.of(), new byte[64 * 1024 + 1]))))
                .isInstanceOf(Refusal.TooLarge.class);
    }

    @Test
    void only_a_policy_that_may_connect_services_opens_the_door() throws Exception {
        await(doors.services.open(token("service", Doors.NAME), new FakeService()));

        for (String policy : List.of("device", "registryRead", "registryReadWrite")) {
            assertThat(refusal(doors.services.open(token(policy, Doors.NAME), new FakeService())))
                    .isInstanceOf(Refusal.Unauthorized.class);
        }
        assertThat(refusal(doors.services.open(token("service", "other.kant.test"), new FakeService())))
                .isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refusal(doors.services.open(token("service", Doors.NAME + "/devices/d"), new FakeService())))
                .isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void check_s13_feedback_comes_in_batches_one_at_a_time_and_again_when_it_was_released() throws Exception {
        var link = new FakeService();
        ServiceSession service = await(doors.services.open(token("service", Doors.NAME), link));
        service.subscribeFeedback();
        complete("m1");
        Batch first = link.next();
        complete("m2");
        complete("m3");

        assertThat(first.json()).contains("m1").contains("Success");
        assertThat(link.isQuiet()).isTrue();
        service.settleFeedback(first.id(), Settlement.RELEASED);
        Batch second = link.next();
        assertThat(second.json()).contains("m1", "m2", "m3");
        service.settleFeedback(first.id(), Settlement.ACCEPTED);
        service.settleFeedback(second.id(), Settlement.ACCEPTED);
        complete("m4");
        assertThat(link.next().json()).contains("m4").doesNotContain("m3");
    }

    @Test
    void feedback_that_a_service_leaves_behind_goes_to_another() throws Exception {
        var gone = new FakeService();
        ServiceSession first = await(doors.services.open(token("service", Doors.NAME), gone));
        first.subscribeFeedback();
        complete("m1");
        gone.next();
        var there = new FakeService();
        await(doors.services.open(token("service", Doors.NAME), there)).subscribeFeedback();

        first.close();

        assertThat(there.next().json()).contains("m1");
    }

    private void complete(String id) throws Exception {
        doors.cloudMessages.send(DEVICE, message(id));
        Locked locked = doors.cloudMessages
                .take(DEVICE, 1, Duration.ofSeconds(60), Holder.CALLER)
                .getFirst();
        doors.cloudMessages.settle(DEVICE, List.of(new Settled(locked.token(), Settlement.ACCEPTED)));
    }

    private static Message message(String id) {
        return new Message(
                DEVICE, Map.of(SystemProperties.MESSAGE_ID, id, SystemProperties.ACK, "full"), Map.of(), new byte[0]);
    }

    private SasToken token(String policy, String resource) throws Exception {
        String key = doors.database.read(
                sql -> sql.one(row -> row.getString(1), "SELECT primary_key FROM policies WHERE name = ?", policy)
                        .orElseThrow());
        return SasToken.parse(SasToken.sign(resource, key, Instant.now().plusSeconds(600), policy));
    }
}
