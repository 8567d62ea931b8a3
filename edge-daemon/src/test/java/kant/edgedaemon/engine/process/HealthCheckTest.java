package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import kant.edgedaemon.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {

    @Test
    void what_is_left_out_is_dockers_default() throws Exception {
        assertThat(parse("{\"Test\":[\"CMD\",\"probe\",\"-q\"],\"Timeout\":0}"))
                .isEqualTo(new HealthCheck(
                        List.of("probe", "-q"), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ZERO, 3));
    }

    @Test
    void times_are_nanoseconds() throws Exception {
        assertThat(
                        parse(
                                "{\"Test\":[\"CMD-SHELL\",\"a && b\"],\"Interval\":1000000,\"Timeout\":2000000,\"StartPeriod\":3000000,\"Retries\":4}"))
                .isEqualTo(new HealthCheck(
                        List.of("/bin/sh", "-c", "a && b"),
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(3),
                        4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"Test\":[\"NONE\"]}"})
    void none_is_none(String json) throws Exception {
        assertThat(parse(json)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Test\":[]}",
                "{\"Test\":\"probe\"}",
                "{\"Test\":[\"CMD\"]}",
                "{\"Test\":[\"probe\"]}",
                "{\"Test\":[\"CMD\",\"x\"],\"Interval\":\"30s\"}",
                "{\"Test\":[\"CMD\",\"x\"],\"Retries\":-1}"
            })
    void what_is_not_understood_is_refused_with_its_place(String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("createOptions.Healthcheck");
    }

    private static HealthCheck parse(String json) throws Exception {
        return HealthCheck.parse(new ObjectMapper().readTree(json), "createOptions.Healthcheck");
    }
}
