package kant.protocol.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.MessageProperties;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.mqtt.Seeds;
import kant.protocol.mqtt.TestTime;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Bytes that are no AMQP, or none of ours: they cost their connection and one line, nothing else. */
class HostileBytesTest {
    private static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
    private static final byte[] SASL_HEADER = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};

    private final Logger log = (Logger) LoggerFactory.getLogger("kant.protocol.amqp");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final MemoryHub hub = new MemoryHub();
    private final TestTime time = new TestTime();
    private final AmqpService service = Peer.service(hub, time, 100, null);

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
        Peer good = in();

        Seeds.check(500, gen -> {
            Peer bad = Peer.of(hub, time, service);
            byte[] rubbish = gen.bytes(2 + gen.upTo(300));
            feed(
                    bad,
                    gen.random().nextBoolean()
                            ? rubbish
                            : joined(gen.random().nextBoolean() ? HEADER : SASL_HEADER, rubbish));
            bad.advance(Duration.ofSeconds(61));
            assertThat(bad.isOpen()).isFalse();
            good.advance(Duration.ofSeconds(0));
        });

        assertThat(hub.sessions).isEmpty();
        assertNoBug();
    }

    @Test
    void random_frames_behind_an_open_connection_close_it_and_no_other() {
        Seeds.check(500, gen -> {
            Peer bad = in();
            for (int i = 0; i < 5; i++) {
                feed(bad, frame(gen.random().nextInt(3), gen.bytes(gen.upTo(200))));
            }
            bad.server.close();
        });

        assertStillServes();
        assertNoBug();
    }

    @Test
    void a_conversation_with_bytes_changed_is_taken_or_closes_its_connection() {
        List<byte[]> conversation = conversation();

        Seeds.check(1000, gen -> {
            Peer bad = Peer.of(hub, time, service);
            int victim = 1 + gen.random().nextInt(conversation.size() - 1);
            for (int i = 0; i < conversation.size(); i++) {
                byte[] frame = conversation.get(i).clone();
                for (int changes = gen.upTo(3); i == victim && changes >= 0; changes--) {
                    frame[gen.random().nextInt(frame.length)] =
                            (byte) gen.random().nextInt();
                }
                feed(bad, frame);
            }
            bad.server.close();
            bad.server.runPendingTasks();
        });

        assertStillServes();
        assertNoBug();
        assertThat(hub.sessions).allMatch(session -> session.closed == 1 || session == hub.last());
    }

    @Test
    void a_conversation_in_pieces_is_the_same_conversation() {
        byte[] conversation = conversation().stream().reduce(new byte[0], HostileBytesTest::joined);

        Seeds.check(50, gen -> {
            Peer pieces = Peer.of(hub, time, service);
            for (int at = 0; at < conversation.length; ) {
                int size = Math.min(conversation.length - at, 1 + gen.upTo(40));
                feed(pieces, Arrays.copyOfRange(conversation, at, at + size));
                at += size;
            }
            assertThat(hub.last().sent).hasSize(3);
            pieces.server.close();
        });
    }

    @Test
    void telemetry_before_its_link_is_open_closes_the_connection() {
        Peer hasty = Peer.of(hub, time, service);

        feed(hasty, conversation().stream().reduce(new byte[0], HostileBytesTest::joined));

        assertThat(hasty.isOpen()).isFalse();
        assertThat(lines.list.getLast().getKeyValuePairs().toString()).contains("credit");
    }

    @Test
    void counts_that_promise_more_than_there_is_cost_nothing() {
        for (String value : List.of(
                "d1 00000008 7ffffffe 40 40", // a map with two thousand million entries
                "f0 00000005 7fffffff 41", // as many times true
                "d0 00000005 7fffffff 40",
                "f0 00000005 7fffffff 45")) {
            Peer bad = in();
            // OPEN with that value as its properties
            feed(bad, frame(0, bytes("00 53 10 c0 20 0a a1 01 78 40 40 40 40 40 40 40 40 " + value)));
            assertThat(bad.isOpen()).isFalse();
        }
        assertNoBug();
    }

    @Test
    void deep_values_cost_nothing() {
        Peer bad = in();
        var deep = new ByteArrayOutputStream();
        deep.writeBytes(bytes("00 53 10"));
        for (int size = 30_000; size > 10; size -= 9) {
            deep.write(0xd0);
            deep.writeBytes(ByteBuffer.allocate(8).putInt(size).putInt(1).array());
        }
        deep.writeBytes(new byte[10]);

        feed(bad, frame(0, deep.toByteArray()));

        assertThat(bad.isOpen()).isFalse();
        assertNoBug();
    }

    @Test
    void deep_and_boastful_messages_are_rejected_and_their_connection_goes_on() {
        Peer peer = in();
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        var deep = new ByteArrayOutputStream();
        deep.writeBytes(bytes("00 53 72 c1 ff 02 a3 01 78"));
        for (int i = 0; i < 200; i++) {
            deep.write(0x00);
        }
        for (byte[] bad : List.of(
                deep.toByteArray(),
                bytes("00 53 74 d1 00000008 7ffffffe 40 40"),
                bytes("00 53 75 b0 7fffffff 00"),
                bytes("00 53 99 40"),
                bytes("99"))) {
            OutgoingDelivery delivery =
                    peer.send(sender, ProtonBufferAllocator.defaultAllocator().copy(bad), 0, false);
            assertThat(delivery.getRemoteState()).isInstanceOf(Rejected.class);
        }

        Seeds.check(1000, gen -> {
            OutgoingDelivery delivery = peer.send(
                    sender,
                    ProtonBufferAllocator.defaultAllocator().copy(gen.bytes(1 + gen.upTo(100))),
                    gen.random().nextBoolean() ? 0 : 0x80013700,
                    false);
            assertThat(delivery.getRemoteState()).isNotNull();
        });
        OutgoingDelivery good =
                peer.send(sender, Sections.of(MessageProperties.NONE, Map.of(), Map.of(), new byte[] {1}));
        assertThat(good.getRemoteState()).isInstanceOf(Accepted.class);
        assertNoBug();
    }

    @Test
    void an_oversized_frame_is_one_line_that_says_what_and_where() {
        Peer bad = in();
        lines.list.clear();

        feed(bad, bytes("7fffffff 02 00 0000"));

        assertThat(bad.isOpen()).isFalse();
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
        assertThat(lines.list.getFirst().getKeyValuePairs().toString()).contains("peer=", "2147483647 bytes");
    }

    @Test
    void a_peer_may_not_open_sessions_and_links_without_end() {
        Peer many = Peer.of(hub, time, service).open();
        for (int i = 0; i < 100 && many.isOpen(); i++) {
            many.newSession();
        }
        assertThat(many.isOpen()).isFalse();

        Peer links = Peer.of(hub, time, service).open();
        int open = 0;
        for (int i = 0; i < 100; i++) {
            Sender sender = links.sender("$cbs");
            open += sender.isRemotelyOpen() ? 1 : 0;
        }
        assertThat(open).isEqualTo(AmqpLimits.LINKS);
    }

    @Test
    void a_peer_may_not_put_tokens_without_end() {
        Peer peer = Peer.of(hub, time, service).open();
        int taken = 0;
        int status = 200;
        String filler = "&x=" + "y".repeat(6000);
        while (status == 200 && taken < 10_000) {
            status = peer.put(peer.token(kant.model.identity.IdentityId.device("d" + taken)) + filler)
                    .status();
            taken++;
        }
        assertThat(status).isEqualTo(429);
        assertThat(taken).isLessThan(200);
    }

    @Test
    void ten_thousand_bad_connections_write_no_ten_thousand_lines() {
        for (int i = 0; i < 1000; i++) {
            feed(Peer.of(hub, time, service), bytes("0000000000000000"));
        }
        assertThat(lines.list).hasSizeLessThanOrEqualTo(101);
    }

    private Peer in() {
        Peer peer = Peer.of(hub, time, service).open();
        assertThat(peer.put(peer.token(Peer.DEVICE)).status()).isEqualTo(200);
        return peer;
    }

    /** The bytes of a whole client: OPEN to telemetry. */
    private List<byte[]> conversation() {
        Peer peer = Peer.of(hub, time, service).open();
        peer.put(peer.token(Peer.DEVICE));
        Sender sender = peer.sender(Address.Kind.EVENTS, Peer.DEVICE);
        peer.receiver(Address.Kind.DEVICE_BOUND, Peer.DEVICE, 10);
        peer.receiver(Address.Kind.TWIN, Peer.DEVICE, 10);
        peer.send(
                peer.sender(Address.Kind.TWIN, Peer.DEVICE),
                Sections.of(MessageProperties.correlated("1"), Map.of("operation", "GET"), Map.of(), new byte[0]));
        for (int i = 0; i < 3; i++) {
            peer.send(sender, Sections.of(MessageProperties.NONE, Map.of(), Map.of("k", "v"), new byte[100]));
        }
        peer.server.close();
        return List.copyOf(peer.recorded());
    }

    private static void feed(Peer peer, byte[] bytes) {
        if (peer.isOpen()) {
            peer.server.writeInbound(Unpooled.wrappedBuffer(bytes));
        }
        peer.server.runPendingTasks();
        peer.server.releaseOutbound();
    }

    private static byte[] frame(int channel, byte[] body) {
        return ByteBuffer.allocate(8 + body.length)
                .putInt(8 + body.length)
                .put((byte) 2)
                .put((byte) 0)
                .putShort((short) channel)
                .put(body)
                .array();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] bytes(String hex) {
        return java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private void assertStillServes() {
        Peer client = in();
        OutgoingDelivery delivery = client.send(
                client.sender(Address.Kind.EVENTS, Peer.DEVICE),
                Sections.of(MessageProperties.NONE, Map.of(), Map.of(), new byte[] {1}));
        assertThat(delivery.getRemoteState()).isInstanceOf(Accepted.class);
    }

    private void assertNoBug() {
        assertThat(lines.list).noneMatch(line -> line.getLevel() == Level.ERROR);
    }
}
