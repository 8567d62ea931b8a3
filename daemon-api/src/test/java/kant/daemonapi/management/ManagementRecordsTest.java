package kant.daemonapi.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import kant.model.error.RefusedException;
import org.junit.jupiter.api.Test;

class ManagementRecordsTest {
    private static final String SPEC = """
            {"name":"m","type":"docker","imagePullPolicy":"Never","config":{"settings":{"image":"i:1",
             "createOptions":{"HostConfig":{"Future":[1,{"x":null}]}},
             "auth":{"username":"u","password":"p","serveraddress":"r.io"},"digest":"sha256:1"},
             "env":[{"key":"B","value":"2"},{"key":"A","value":"1"}]}}""";

    @Test
    void a_spec_survives_reading_and_writing_unknown_create_options_included() throws Exception {
        JsonNode json = json(SPEC);

        ModuleSpec spec = ModuleSpec.parse(json);

        assertThat(spec.toJson()).isEqualTo(json);
        assertThat(spec.env().keySet()).containsExactly("B", "A");
        assertThat(spec.pullPolicy()).isEqualTo(PullPolicy.NEVER);
    }

    @Test
    void no_text_form_shows_a_password_or_an_environment() throws Exception {
        ModuleSpec spec = ModuleSpec.parse(json(SPEC));

        assertThat(spec.toString()).isEqualTo("ModuleSpec[m, i:1]");
        assertThat(spec.auth().toString()).doesNotContain("p,", "\"p\"");
        assertThat(ModuleDetails.echo(spec, ModuleStatus.neverStarted())
                        .toJson()
                        .toString())
                .doesNotContain("password");
    }

    @Test
    void pull_policies_are_read_in_any_case() throws Exception {
        assertThat(PullPolicy.parse("on-create")).isEqualTo(PullPolicy.ON_CREATE);
        assertThat(PullPolicy.parse("NEVER")).isEqualTo(PullPolicy.NEVER);
        assertThat(PullPolicy.parse(null)).isEqualTo(PullPolicy.ON_CREATE);
        assertThatThrownBy(() -> PullPolicy.parse("always")).isInstanceOf(RefusedException.class);
    }

    @Test
    void a_status_is_written_as_the_reference_says() throws Exception {
        var status = new ModuleStatus(
                ModuleState.FAILED,
                Instant.parse("2026-11-25T01:00:00Z"),
                new ModuleStatus.Exit(137, Instant.parse("2026-11-25T02:00:00Z")),
                null);

        assertThat(status.toJson()).isEqualTo(json("""
                {"startTime":"2026-11-25T01:00:00Z",
                 "exitStatus":{"exitTime":"2026-11-25T02:00:00Z","statusCode":"137"},
                 "runtimeStatus":{"status":"failed"}}"""));
        assertThat(ModuleStatus.parse(status.toJson())).isEqualTo(status);
        assertThat(ModuleStatus.neverStarted().toJson())
                .isEqualTo(json("{\"runtimeStatus\":{\"status\":\"stopped\"}}"));
        assertThat(ModuleStatus.parse(json("{\"runtimeStatus\":{\"status\":\"new word\"}}"))
                        .state())
                .isEqualTo(ModuleState.UNKNOWN);
    }

    @Test
    void frames_are_told_apart_and_a_terminal_has_none() throws IOException {
        byte[] stream = "\u0001\0\0\0\0\0\0\u0002hi\u0002\0\0\0\0\0\0\u0001!".getBytes(StandardCharsets.US_ASCII);

        try (var frames = new LogFrames(new ByteArrayInputStream(stream))) {
            assertThat(frames.next().bytes()).isEqualTo(bytes("hi"));
            LogFrames.Frame second = frames.next();
            assertThat(second.stream()).isEqualTo(LogFrames.Stream.STDERR);
            assertThat(second.bytes()).isEqualTo(bytes("!"));
            assertThat(frames.next()).isNull();
        }
        try (var frames = new LogFrames(new ByteArrayInputStream(bytes("plain text")))) {
            assertThat(frames.next().bytes()).isEqualTo(bytes("plain text"));
            assertThat(frames.next()).isNull();
        }
    }

    @Test
    void a_frame_that_is_cut_short_or_too_big_is_an_error() {
        assertThatThrownBy(() -> new LogFrames(new ByteArrayInputStream(new byte[] {1, 0, 0})).next())
                .hasMessageContaining("inside a frame's head");
        assertThatThrownBy(() -> new LogFrames(new ByteArrayInputStream(new byte[] {1, 0, 0, 0, 127, 0, 0, 0})).next())
                .hasMessageContaining("a frame of");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
