package kant.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UpstreamProtocolTest {

    @Test
    void names_are_read_in_any_case_of_letters() {
        assertThat(UpstreamProtocol.parse("AMQPWS")).isEqualTo(UpstreamProtocol.AMQP_WS);
        assertThat(UpstreamProtocol.parse("Mqtt")).isEqualTo(UpstreamProtocol.MQTT);
    }

    @Test
    void without_a_name_it_is_amqp_by_whichever_transport_connects() {
        assertThat(UpstreamProtocol.parse(null).transports()).containsExactly(Transport.TCP, Transport.WEBSOCKET);
        assertThat(UpstreamProtocol.parse(" ")).isEqualTo(UpstreamProtocol.AMQP_OR_WS);
    }

    @Test
    void any_other_name_is_refused_with_those_there_are() {
        assertThatThrownBy(() -> UpstreamProtocol.parse("http"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"http\"")
                .hasMessageContaining("AmqpWs");
    }
}
