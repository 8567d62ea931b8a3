package kant.cli.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void a_taken_port_names_its_holder_and_the_way_out() throws Exception {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.77.1"), 0));

            assertThatThrownBy(() -> Ports.requireFree("127.0.77.1", socket.getLocalPort(), "choose another"))
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining(
                            "is taken by process " + ProcessHandle.current().pid())
                    .hasMessageEndingWith("choose another");
        }
    }

    @Test
    void the_same_port_on_another_address_is_no_obstacle() throws Exception {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.77.1"), 0));

            Ports.requireFree("127.0.77.2", socket.getLocalPort(), "choose another");
        }
    }

    @Test
    void the_kernels_local_addresses_are_read() throws Exception {
        assertThat(Ports.covers("0200007F:22B3", "127.0.0.2", 8883)).isTrue();
        assertThat(Ports.covers("0200007F:22B3", "127.0.0.1", 8883)).isFalse();
        assertThat(Ports.covers("0200007F:22B3", "127.0.0.2", 8884)).isFalse();
        assertThat(Ports.covers("00000000:22B3", "127.0.0.2", 8883)).isTrue();
        assertThat(Ports.covers("0000000000000000FFFF00000200007F:22B3", "127.0.0.2", 8883))
                .isTrue();
        assertThat(Ports.covers("00000000000000000000000000000000:22B3", "127.0.0.2", 8883))
                .isTrue();
        assertThat(Ports.covers("junk", "127.0.0.2", 8883)).isFalse();
    }
}
