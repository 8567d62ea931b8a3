package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Bytes that are no MQTT, or no MQTT of ours: they cost their connection and one line, nothing else. */
class HostileBytesTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(MqttService.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final MemoryHub hub = new MemoryHub();
    private final TestTime time = new TestTime();
    private final HeadContext head = Wire.head(hub, time, 10);

    @BeforeEach
    void listen() {
        log.setAdditive(false);
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
        log.setAdditive(true);
    }

    @Test
    void random_bytes_close_their_connection_and_no_other() {
        Wire good = in();

        Seeds.check(1500, gen -> {
            Wire bad = new Wire(hub, time, head);
            bad.sendBytes(gen.bytes(2 + gen.upTo(300)));
            bad.advance(java.time.Duration.ofSeconds(61));
            assertThat(bad.isOpen()).isFalse();
        });

        assertStillServes(good);
        assertNoBug();
    }

    @Test
    void random_bytes_after_connect_close_their_connection_and_no_other() {
        Wire good = in();

        Seeds.check(1500, gen -> {
            Wire bad = in();
            bad.sendBytes(gen.bytes(2 + gen.upTo(300)));
            bad.cut();
        });

        assertStillServes(good);
        assertNoBug();
    }

    @Test
    void packets_with_one_byte_changed_are_taken_or_close_their_connection() {
        byte[] publish =
                in().encode(Wire.packet("devices/edge1/modules/mod1/messages/events/%24.mid=1&k=v", 1, 7, "payload"));

        Seeds.check(2000, gen -> {
            Wire client = in();
            byte[] changed = publish.clone();
            changed[gen.random().nextInt(changed.length)] = (byte) gen.random().nextInt();
            client.sendBytes(changed);
            client.cut();
        });

        assertNoBug();
    }

    @Test
    void a_truncated_packet_waits_and_costs_nothing_when_its_client_goes() {
        Wire client = in();
        byte[] publish = client.encode(Wire.packet("devices/edge1/modules/mod1/messages/events/", 1, 7, "payload"));
        int before = hub.last().sent.size();

        client.sendBytes(Arrays.copyOf(publish, publish.length - 3));
        client.cut();

        assertThat(hub.last().sent).hasSize(before);
        assertThat(hub.last().closed).isEqualTo(1);
    }

    @Test
    void an_oversized_packet_is_one_line_that_says_what_and_where() {
        Wire client = in();
        lines.list.clear();

        client.sendBytes(new byte[] {0x32, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 0, 1});

        assertThat(client.isOpen()).isFalse();
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
        assertThat(lines.list.getFirst().getKeyValuePairs().toString())
                .contains("peer=", "client=\"edge1/mod1\"", "268435455 bytes");
    }

    @Test
    void an_undecodable_packet_is_one_line() {
        Wire client = in();
        lines.list.clear();

        client.sendBytes(new byte[] {0x36, 2, 0, 0}); // PUBLISH with quality 3

        assertThat(client.isOpen()).isFalse();
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getKeyValuePairs().toString()).contains("cannot be decoded");
    }

    @Test
    void a_topic_longer_than_its_packet_closes_the_connection_and_takes_nothing_of_the_next() {
        Wire client = in();
        byte[] next = client.encode(Wire.packet("devices/edge1/modules/mod1/messages/events/", 1, 7, "payload"));
        lines.list.clear();

        client.sendBytes(new byte[] {0x32, 4, 0x10, 0, 'd', 'e'});

        assertThat(client.isOpen()).isFalse();
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getKeyValuePairs().toString()).contains("larger than the packet");
        client.sendBytes(next);
        assertThat(hub.last().sent).isEmpty();
    }

    @Test
    void a_subscribe_and_an_unsubscribe_without_a_filter_close_the_connection() {
        Wire one = in();
        one.sendBytes(new byte[] {(byte) 0x82, 2, 0, 1});
        assertThat(one.isOpen()).isFalse();

        Wire other = in();
        other.sendBytes(new byte[] {(byte) 0xa2, 2, 0, 1});
        assertThat(other.isOpen()).isFalse();
    }

    @Test
    void a_connection_that_ends_inside_a_packet_says_so() {
        Wire client = in();
        lines.list.clear();

        client.sendBytes(new byte[] {0x32, 20, 0, 3, 'a'});
        client.cut();

        assertThat(lines.list.getFirst().getKeyValuePairs().toString()).contains("ended inside a packet");
    }

    @Test
    void ten_thousand_bad_connections_write_no_ten_thousand_lines() {
        for (int i = 0; i < 1000; i++) {
            new Wire(hub, time, head).sendBytes(new byte[] {0x36, 2, 0, 0});
        }
        assertThat(lines.list).hasSizeLessThanOrEqualTo(101);

        time.advance(java.time.Duration.ofSeconds(10));
        new Wire(hub, time, head).sendBytes(new byte[] {0x36, 2, 0, 0});

        assertThat(lines.list.getLast().getKeyValuePairs().toString()).contains("linesSuppressed=\"900\"");
    }

    private Wire in() {
        Wire wire = new Wire(hub, time, head);
        wire.send(Wire.connect(Wire.MODULE, time, c -> {}));
        assertThat(wire.receive(MqttConnAckMessage.class)
                        .variableHeader()
                        .connectReturnCode()
                        .byteValue())
                .isZero();
        return wire;
    }

    private void assertStillServes(Wire good) {
        // the newest connection of the identity is the one that counts
        Wire client = good.isOpen() ? good : in();
        int id = client.publish("devices/edge1/modules/mod1/messages/events/", 1, "x");
        assertThat(client.acknowledgements()).containsExactly(id);
    }

    private void assertNoBug() {
        assertThat(lines.list).noneMatch(l -> l.getLevel() == Level.ERROR);
    }
}
