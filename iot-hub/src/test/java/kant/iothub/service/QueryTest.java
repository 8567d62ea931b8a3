package kant.iothub.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kant.iothub.error.HubRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    @Test
    void all_devices_and_all_modules() throws Exception {
        assertThat(Query.parse("SELECT * FROM devices")).isEqualTo(new Query(false, null, null));
        assertThat(Query.parse("  select *\n from devices.modules ")).isEqualTo(new Query(true, null, null));
    }

    @Test
    void by_id() throws Exception {
        assertThat(Query.parse("select * from devices where deviceId = 'it''s'"))
                .isEqualTo(new Query(false, "it's", null));
        assertThat(Query.parse("SELECT * FROM devices.modules WHERE moduleId='$edgeAgent' AND deviceId='d AND e'"))
                .isEqualTo(new Query(true, "d AND e", "$edgeAgent"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT deviceId FROM devices",
                "SELECT COUNT() AS n FROM devices",
                "SELECT * FROM devices.jobs",
                "SELECT * FROM devices WHERE tags.x = 'y'",
                "SELECT * FROM devices WHERE deviceId = 'a' OR deviceId = 'b'",
                "SELECT * FROM devices WHERE deviceId = 'a' AND",
                "SELECT * FROM devices WHERE deviceId = 'a",
                "SELECT * FROM devices WHERE moduleId = 'a'",
                "SELECT * FROM devices ORDER BY deviceId"
            })
    void everything_else_is_refused_in_so_many_words(String text) {
        assertThatThrownBy(() -> Query.parse(text))
                .isInstanceOf(HubRefusedException.class)
                .hasMessageContaining("not understood by the stand-in yet");
    }
}
