package kant.iothub.telemetry;

import static kant.iothub.fixture.Parts.asRead;
import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.store.segment.LogRecord;
import org.junit.jupiter.api.Test;

class TelemetryCodecTest {
    private static final Instant ENQUEUED = Instant.parse("2026-01-01T00:00:00.123Z");

    @Test
    void a_message_comes_back_as_it_went_in() throws Exception {
        Message message = message("{\"t\":1}", Map.of("contentType", "application/json"));

        TelemetryEvent event = TelemetryCodec.decode(new LogRecord(7, TelemetryCodec.encode(ENQUEUED, message)));

        assertThat(event.sequence()).isEqualTo(7);
        assertThat(event.enqueued()).isEqualTo(ENQUEUED);
        assertThat(event.message()).usingRecursiveComparison().isEqualTo(message);
    }

    @Test
    void a_record_cut_at_any_place_of_its_head_is_refused_and_never_read_as_something_else() {
        byte[] whole = TelemetryCodec.encode(ENQUEUED, message("", Map.of("a", "b")));

        for (int length = 0; length < whole.length; length++) {
            var cut = new LogRecord(1, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TelemetryCodec.decode(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void readers_see_json_as_json_and_everything_as_base64() {
        assertThat(asRead(new TelemetryEvent(7, ENQUEUED, message("{\"t\":1}", Map.of())).json()))
                .isEqualTo(json("{'sequence':7,'enqueuedTime':'2026-01-01T00:00:00.123Z','deviceId':'d','moduleId':'m',"
                        + "'systemProperties':{},'properties':{'k':'v'},'body':{'t':1},'bodyBase64':'eyJ0IjoxfQ=='}"));
    }

    @Test
    void what_is_not_json_or_says_it_is_something_else_has_no_body_but_its_bytes() {
        assertThat(new TelemetryEvent(1, ENQUEUED, message("{\"t\":", Map.of()))
                        .json()
                        .path("body")
                        .isNull())
                .isTrue();
        assertThat(new TelemetryEvent(1, ENQUEUED, message("1", Map.of("contentType", "text/csv")))
                        .json()
                        .path("body")
                        .isNull())
                .isTrue();
    }

    private static Message message(String payload, Map<String, String> system) {
        return new Message(
                IdentityId.module("d", "m"), system, Map.of("k", "v"), payload.getBytes(StandardCharsets.UTF_8));
    }
}
