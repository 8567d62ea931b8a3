package kant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HubMetricsTest {
    @Test
    void the_hubs_page_is_read() {
        HubMetrics.Look look = HubMetrics.parse("""
                # TYPE kant_link_state gauge
                kant_link_state{state="up"} 1
                kant_link_state{state="down"} 0
                kant_route_messages_total{route="a \\"b\\""} 12
                kant_endpoint_messages{endpoint="iothub",fate="accepted"} 12
                kant_endpoint_messages{endpoint="iothub",fate="pending"} 3
                kant_endpoint_messages{endpoint="d/m/in",fate="pending"} 4
                edgehub_other 1
                """);

        assertThat(look.serves()).isTrue();
        assertThat(look.linkUp()).isTrue();
        assertThat(look.accepted()).hasSize(1).containsValue(12L);
        assertThat(look.pending()).isEqualTo(7);
    }
}
