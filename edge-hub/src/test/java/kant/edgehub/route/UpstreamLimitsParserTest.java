package kant.edgehub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.OptionalLong;
import kant.model.error.RefusedException;
import kant.upstream.budget.QuietHours;
import kant.upstream.budget.UpstreamLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamLimitsParserTest {
    private static final UpstreamLimits DEFAULT =
            new UpstreamLimits(OptionalLong.of(7), QuietHours.parse(List.of("01:00-02:00")));

    @Test
    void each_limit_is_the_twins_or_else_the_environments() throws Exception {
        assertThat(read("{}")).isEqualTo(DEFAULT);
        assertThat(read("{'upstreamLimits':null}")).isEqualTo(DEFAULT);
        assertThat(read("{'upstreamLimits':{'bytesPerSecond':1000}}"))
                .isEqualTo(new UpstreamLimits(OptionalLong.of(1000), DEFAULT.quiet()));
        assertThat(read("{'upstreamLimits':{'quietHours':['22:00-06:00','12:00-13:00']}}"))
                .isEqualTo(new UpstreamLimits(
                        DEFAULT.bytesPerSecond(), QuietHours.parse(List.of("22:00-06:00", "12:00-13:00"))));
        assertThat(read("{'upstreamLimits':{'quietHours':[]}}").quiet()).isEqualTo(QuietHours.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5 | upstreamLimits is 5",
                "{'bytesPerSecond':'many'} | bytesPerSecond is \"many\"",
                "{'bytesPerSecond':0} | bytesPerSecond is 0",
                "{'bytesPerSecond':-5} | bytesPerSecond is -5",
                "{'bytesPerSecond':1.5} | bytesPerSecond is 1.5",
                "{'bytesPerSecond':9223372036854775807} | bytesPerSecond is 9223372036854775807",
                "{'quietHours':'22:00-06:00'} | quietHours is",
                "{'quietHours':['late']} | \"late\"",
                "{'quietHours':[5]} | \"5\"",
                "{'quietHours':['00:00-24:00']} | whole day",
                "{'bytesPerMinute':5} | no \"bytesPerMinute\"",
            })
    void a_mistake_is_refused_with_its_place(String limits, String reason) {
        assertThatThrownBy(() -> read("{'upstreamLimits':" + limits + "}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("upstreamLimits")
                .hasMessageContaining(reason);
    }

    private static UpstreamLimits read(String desired) throws Exception {
        return UpstreamLimitsParser.read(new ObjectMapper().readTree(desired.replace('\'', '"')), DEFAULT);
    }
}
