package kant.iothub.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {

    @ParameterizedTest
    @ValueSource(strings = {"MQ==", "\"MQ==\"", " \"MQ==\" ", "W/\"MQ==\""})
    void an_etag_may_be_quoted_or_not(String header) {
        assertThat(IfMatch.parse(header)).isEqualTo(new IfMatch.Exactly("MQ=="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "\"*\""})
    void a_star_may_be_quoted_or_not(String header) {
        assertThat(IfMatch.parse(header)).isEqualTo(new IfMatch.Any());
    }

    @Test
    void none_and_an_empty_one_are_the_same() {
        assertThat(IfMatch.parse(null)).isEqualTo(new IfMatch.Absent());
        assertThat(IfMatch.parse("\"\"")).isEqualTo(new IfMatch.Absent());
    }
}
