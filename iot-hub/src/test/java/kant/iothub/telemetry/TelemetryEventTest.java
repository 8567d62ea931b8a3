package kant.iothub.telemetry;

import static kant.iothub.fixture.Parts.asRead;
import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import org.junit.jupiter.api.Test;

class TelemetryEventTest {
    private static final Instant ENQUEUED = Instant.parse("2026-01-01T00:00:00.123Z");

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
