package kant.iothub.c2d;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import kant.iothub.c2d.CloudMessages.Holder;
import kant.iothub.fixture.Parts;
import kant.iothub.registry.DeviceDraft;
import kant.iothub.registry.IfMatch;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackTest {
    private static final IdentityId DEVICE = IdentityId.device("d");

    @TempDir
    private Path directory;

    private Parts parts;
    private String generation;

    @BeforeEach
    void open() throws Exception {
        parts = new Parts(directory);
        generation = parts.registry
                .putDevice("d", new IfMatch.Absent(), new DeviceDraft(null, null, null, null, null, null))
                .generationId();
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
    }

    @Test
    void a_service_learns_of_the_fates_that_it_asked_for_and_of_no_others() throws Exception {
        for (String ack : List.of("full", "positive", "negative", "none", "positiveonly", "negativeonly", "")) {
            send("ok-" + ack, ack);
            settle(Settlement.ACCEPTED);
            send("no-" + ack, ack);
            settle(Settlement.REJECTED);
        }

        assertThat(records())
                .containsExactly(
                        "ok-full Success",
                        "no-full Rejected",
                        "ok-positive Success",
                        "no-negative Rejected",
                        "ok-positiveonly Success",
                        "no-negativeonly Rejected");
    }

    @Test
    void expiry_purge_and_too_many_deliveries_have_records_of_their_own() throws Exception {
        send("late", "full");
        parts.time.pass(Duration.ofHours(1));
        parts.cloudMessages.sweep();
        send("poison", "negative");
        for (int i = 0; i < CloudMessages.MAX_DELIVERIES; i++) {
            settle(Settlement.RELEASED);
        }
        send("purged", "full");
        parts.cloudMessages.purge(DEVICE);

        assertThat(records()).containsExactly("late Expired", "poison DeliveryCountExceeded", "purged Purged");
    }

    @Test
    void a_record_is_as_the_sdks_read_it() throws Exception {
        send("id1", "full");
        settle(Settlement.ACCEPTED);

        FeedbackBatch batch = parts.feedback.take().orElseThrow();

        assertThat(new ObjectMapper().readTree(batch.json()).get(0).toString())
                .isEqualTo("{\"originalMessageId\":\"id1\",\"description\":\"Success\",\"deviceGenerationId\":\""
                        + generation
                        + "\",\"deviceId\":\"d\",\"enqueuedTimeUtc\":\"2026-01-01T00:00:00.0000000Z\","
                        + "\"statusCode\":\"Success\"}");
        assertThat(batch.enqueued()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(parts.told.lines).endsWith("feedback");
    }

    @Test
    void a_batch_belongs_to_one_service_until_it_is_settled_and_outlives_the_hub() throws Exception {
        send("id1", "full");
        settle(Settlement.ACCEPTED);

        FeedbackBatch first = parts.feedback.take().orElseThrow();
        assertThat(parts.feedback.take()).isEmpty();
        parts.feedback.settle(first, Settlement.RELEASED);
        assertThat(parts.feedback.take()).isPresent();
        parts.close();
        parts = new Parts(directory);
        FeedbackBatch again = parts.feedback.take().orElseThrow();
        parts.feedback.settle(again, Settlement.ACCEPTED);

        assertThat(parts.feedback.take()).isEmpty();
    }

    @Test
    void feedback_that_nobody_reads_in_an_hour_is_gone() throws Exception {
        send("id1", "full");
        settle(Settlement.ACCEPTED);

        parts.time.pass(Duration.ofHours(1));

        assertThat(parts.feedback.take()).isEmpty();
    }

    private void send(String id, String ack) throws Exception {
        parts.cloudMessages.send(
                DEVICE,
                new Message(
                        DEVICE,
                        Map.of(SystemProperties.MESSAGE_ID, id, SystemProperties.ACK, ack),
                        Map.of(),
                        new byte[0]));
    }

    private void settle(Settlement settlement) throws Exception {
        Locked locked = parts.cloudMessages
                .take(DEVICE, 1, Duration.ofSeconds(60), Holder.CALLER)
                .getFirst();
        parts.cloudMessages.settle(DEVICE, List.of(new Settled(locked.token(), settlement)));
    }

    private List<String> records() throws Exception {
        JsonNode batch =
                new ObjectMapper().readTree(parts.feedback.take().orElseThrow().json());
        return StreamSupport.stream(batch.spliterator(), false)
                .map(one -> one.path("originalMessageId").asText() + " "
                        + one.path("statusCode").asText())
                .toList();
    }
}
