package kant.iothub.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final Instant ENQUEUED = Instant.parse("2026-01-01T00:00:00.123Z");

    @Test
    void a_message_comes_back_as_it_went_in() throws Exception {
        Message message = message("{\"t\":1}", Map.of("contentType", "application/json"));

        StoredMessage event = MessageCodec.decode(MessageCodec.encode(ENQUEUED, message));

        assertThat(event.enqueued()).isEqualTo(ENQUEUED);
        assertThat(event.message()).usingRecursiveComparison().isEqualTo(message);
    }

    @Test
    void a_record_cut_at_any_place_of_its_head_is_refused_and_never_read_as_something_else() {
        byte[] whole = MessageCodec.encode(ENQUEUED, message("", Map.of("a", "b")));

        for (int length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> MessageCodec.decode(cut)).isInstanceOf(IOException.class);
        }
    }

    private static Message message(String payload, Map<String, String> system) {
        return new Message(
                IdentityId.module("d", "m"), system, Map.of("k", "v"), payload.getBytes(StandardCharsets.UTF_8));
    }
}
