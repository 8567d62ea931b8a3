package kant.protocol.amqp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.mqtt.Seeds;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Decoder;
import org.apache.qpid.protonj2.codec.Encoder;
import org.apache.qpid.protonj2.types.Binary;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedByte;
import org.apache.qpid.protonj2.types.UnsignedInteger;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.UnsignedShort;
import org.apache.qpid.protonj2.types.messaging.ApplicationProperties;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Footer;
import org.apache.qpid.protonj2.types.messaging.Header;
import org.apache.qpid.protonj2.types.messaging.MessageAnnotations;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.junit.jupiter.api.Test;

/** Messages to bytes and back, against ourselves and against protonj2's own codec. */
class SectionsTest {
    private static final IdentityId DEVICE = IdentityId.device("dev1");

    @Test
    void what_is_written_is_read() {
        Seeds.check(500, gen -> {
            Sections message = message(gen);

            Sections read = decode(SectionsCodec.encode(message));

            assertSame(read, message);
        });
    }

    @Test
    void what_is_written_is_read_by_protonj2() {
        Seeds.check(200, gen -> {
            Sections message = message(gen);
            ProtonBuffer bytes = SectionsCodec.encode(message);
            Decoder decoder = CodecFactory.getDecoder();
            var state = decoder.newDecoderState();
            while (bytes.isReadable()) {
                switch (decoder.readObject(bytes, state)) {
                    case MessageAnnotations annotations ->
                        assertThat(annotations.getValue()).hasSameSizeAs(message.annotations());
                    case Properties properties -> {
                        assertThat(properties.getTo())
                                .isEqualTo(message.properties().to());
                        assertThat(properties.getContentType())
                                .isEqualTo(message.properties().contentType());
                    }
                    case ApplicationProperties application ->
                        assertThat(application.getValue().keySet())
                                .isEqualTo(message.application().keySet());
                    case Data data -> assertThat(data.getValue()).isEqualTo(message.data());
                    default -> throw new AssertionError("an unexpected section");
                }
            }
        });
    }

    @Test
    void what_protonj2_writes_is_read() {
        Encoder encoder = CodecFactory.getEncoder();
        var state = encoder.newEncoderState();
        ProtonBuffer bytes = ProtonBufferAllocator.defaultAllocator().allocate();
        Map<Symbol, Object> annotations = new LinkedHashMap<>();
        annotations.put(Symbol.valueOf("list"), List.of(1, "two"));
        annotations.put(Symbol.valueOf("count"), UnsignedByte.valueOf((byte) 200));
        Map<String, Object> application = new LinkedHashMap<>();
        application.put("int", 17);
        application.put("long", 5_000_000_000L);
        application.put("array", new int[] {1, 2, 3});
        application.put("true", true);
        application.put("null", null);
        application.put("symbol", Symbol.valueOf("sym"));
        encoder.writeObject(bytes, state, new Header().setDurable(true));
        encoder.writeObject(bytes, state, new MessageAnnotations(annotations));
        encoder.writeObject(
                bytes,
                state,
                new Properties()
                        .setMessageId(UnsignedLong.valueOf(3))
                        .setUserId(new Binary(new byte[] {'u'}))
                        .setContentType("text/plain")
                        .setAbsoluteExpiryTime(1_000L)
                        .setGroupId("group"));
        encoder.writeObject(bytes, state, new ApplicationProperties(application));
        encoder.writeObject(bytes, state, new Data(new byte[] {1, 2}));
        encoder.writeObject(bytes, state, new Data(new byte[300]));
        encoder.writeObject(bytes, state, new Footer(Map.of()));

        Sections read = decode(bytes);

        assertThat(read.annotations().get("list")).isEqualTo(List.of(1, "two"));
        assertThat(read.annotations().get("count")).isEqualTo(UnsignedByte.valueOf((byte) 200));
        assertThat(read.properties().messageId()).isEqualTo(UnsignedLong.valueOf(3));
        assertThat(read.properties().userId()).containsExactly('u');
        assertThat(read.properties().contentType()).isEqualTo("text/plain");
        assertThat(read.properties().expiry()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(read.application().get("long")).isEqualTo(5_000_000_000L);
        assertThat(read.application().get("array")).isNull();
        assertThat(read.property("true")).isEqualTo("true");
        assertThat(read.property("symbol")).isEqualTo("sym");
        assertThat(read.data()).hasSize(302);
    }

    @Test
    void a_buffer_in_parts_or_read_in_part_is_read_all_the_same() {
        Sections message = Sections.of(MessageProperties.NONE, Map.of(), Map.of("k", "v"), new byte[] {1, 2, 3});
        ProtonBuffer encoded = SectionsCodec.encode(message);
        byte[] bytes = new byte[encoded.getReadableBytes()];
        encoded.readBytes(bytes, 0, bytes.length);
        var allocator = ProtonBufferAllocator.defaultAllocator();

        ProtonBuffer behind = allocator.allocate(bytes.length + 5);
        behind.writeBytes(new byte[5]);
        behind.writeBytes(bytes);
        behind.advanceReadOffset(5);
        assertSame(decode(behind), message);
        var parts = allocator.composite(
                new ProtonBuffer[] {allocator.copy(bytes, 0, 4), allocator.copy(bytes, 4, bytes.length - 4)});
        assertSame(decode(parts), message);
    }

    @Test
    void any_bytes_are_a_message_or_malformed() {
        Seeds.check(5000, gen -> {
            byte[] bytes = gen.bytes(gen.upTo(200));
            if (bytes.length > 2) {
                bytes[0] = 0;
                bytes[1] = 0x53;
                bytes[2] = (byte) (0x70 + gen.random().nextInt(9));
            }
            try {
                assertThat(SectionsCodec.decode(
                                ProtonBufferAllocator.defaultAllocator().copy(bytes)))
                        .isNotNull();
            } catch (MalformedMessage malformed) {
                assertThat(malformed.what()).isNotEmpty();
            }
        });
    }

    @Test
    void telemetry_survives_the_way_up() {
        Seeds.check(300, gen -> {
            Map<String, String> system = new HashMap<>();
            for (String name : List.of(
                    SystemProperties.MESSAGE_ID,
                    SystemProperties.CORRELATION_ID,
                    SystemProperties.USER_ID,
                    SystemProperties.TO,
                    SystemProperties.CONTENT_TYPE,
                    SystemProperties.CONTENT_ENCODING,
                    SystemProperties.CREATION_TIME,
                    SystemProperties.MESSAGE_SCHEMA,
                    SystemProperties.OUTPUT_NAME,
                    SystemProperties.INTERFACE_ID,
                    SystemProperties.COMPONENT,
                    SystemProperties.OPERATION,
                    SystemProperties.ACK,
                    SystemProperties.EDGE_MESSAGE_ID)) {
                if (gen.random().nextBoolean()) {
                    system.put(name, gen.text());
                }
            }
            system.put(SystemProperties.EXPIRY, "2026-08-01T13:00:00Z");
            var message = new Message(DEVICE, system, texts(gen), gen.bytes(gen.upTo(300)));

            Message read = telemetry(decode(SectionsCodec.encode(Telemetry.write(message))));

            assertThat(read.systemProperties()).isEqualTo(system);
            assertThat(read.properties()).isEqualTo(message.properties());
            assertThat(read.payload()).isEqualTo(message.payload());
        });
    }

    @Test
    void a_delivery_survives_the_way_down() throws MalformedMessage {
        var system = Map.of(
                SystemProperties.MESSAGE_ID, "m",
                SystemProperties.ENQUEUED_TIME, "2026-08-01T13:00:00Z",
                SystemProperties.SEQUENCE_NUMBER, "18446744073709551615",
                SystemProperties.CONNECTION_DEVICE_ID, "d",
                SystemProperties.CONNECTION_MODULE_ID, "m");
        var message = new Message(DEVICE, system, Map.of("k", "v"), new byte[] {1});
        UUID lock = UUID.randomUUID();

        Sections wire = decode(
                SectionsCodec.encode(DeliveryMessage.write(new Delivery(1, Feature.INPUTS, "in", message, 300), lock)));
        DeliveryMessage read = DeliveryMessage.read(DEVICE, wire);

        assertThat(wire.annotations().get(WireNames.LOCK_TOKEN)).isEqualTo(lock.toString());
        assertThat(read.input()).isEqualTo("in");
        assertThat(read.deliveryCount()).isEqualTo(255);
        assertThat(read.message().systemProperties()).isEqualTo(system);
        assertThat(read.message().properties()).isEqualTo(message.properties());
    }

    @Test
    void a_batch_survives() throws MalformedMessage {
        List<Sections> messages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            messages.add(Sections.of(MessageProperties.NONE, Map.of(), Map.of("n", "" + i), new byte[i * 30]));
        }

        List<Sections> read = SectionsCodec.decode(SectionsCodec.encodeBatch(messages), WireNames.BATCH_FORMAT);

        assertThat(read).hasSameSizeAs(messages);
        for (int i = 0; i < 20; i++) {
            assertSame(read.get(i), messages.get(i));
        }
    }

    @Test
    void requests_and_answers_survive() throws MalformedMessage {
        UUID id = UUID.randomUUID();
        var request = MethodRequest.read(wire(new MethodRequest(id, "reboot", new byte[] {1}).write()));
        assertThat(request.correlationId()).isEqualTo(id);
        assertThat(request.name()).isEqualTo("reboot");
        assertThat(MethodResponse.read(wire(new MethodResponse(id, 404, new byte[0]).write()))
                        .status())
                .isEqualTo(404);
        for (TwinRequest.Operation operation : TwinRequest.Operation.values()) {
            TwinRequest twin = TwinRequest.read(wire(new TwinRequest(operation, "c", new byte[0]).write()));
            assertThat(twin.operation()).isEqualTo(operation);
            assertThat(twin.correlationId()).isEqualTo("c");
        }
        TwinReply reply = TwinReply.read(wire(new TwinReply(id, 204, OptionalLong.of(7), new byte[0]).write()));
        assertThat(reply.correlationId()).isEqualTo(id);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.version()).hasValue(7);
        assertThat(TwinReply.read(wire(TwinReply.change(8, new byte[0]).write()))
                        .isChange())
                .isTrue();
        PutToken put = PutToken.read(wire(new PutToken(id, "host", "SharedAccessSignature x").write()));
        assertThat(put.messageId()).isEqualTo(id);
        assertThat(put.token()).isEqualTo("SharedAccessSignature x");
        assertThat(put.toString()).doesNotContain("SharedAccess");
        assertThat(CbsReply.read(wire(new CbsReply(id, 200, "OK").write())).isTaken())
                .isTrue();
    }

    @Test
    void a_guid_is_written_as_dotnet_writes_it() {
        UUID guid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

        assertThat(Guids.bytes(guid)).asHexString().isEqualTo("33221100554477668899AABBCCDDEEFF");
        assertThat(Guids.guid(Guids.bytes(guid))).isEqualTo(guid);
        UUID high = UUID.fromString("ffeeddcc-bbaa-9988-7766-554433221100");
        assertThat(Guids.guid(Guids.bytes(high))).isEqualTo(high);
        assertThatThrownBy(() -> Guids.guid(new byte[4])).isInstanceOf(IllegalArgumentException.class);
    }

    private static Sections message(Seeds.Gen gen) {
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put("text", gen.text());
        annotations.put("time", Instant.ofEpochMilli(gen.random().nextLong() >> 20));
        annotations.put("ubyte", UnsignedByte.valueOf((byte) gen.random().nextInt()));
        annotations.put("ushort", UnsignedShort.valueOf((short) gen.random().nextInt()));
        annotations.put("uint", UnsignedInteger.valueOf(gen.random().nextInt()));
        annotations.put("ulong", UnsignedLong.valueOf(gen.random().nextLong()));
        annotations.put("byte", (byte) gen.random().nextInt());
        annotations.put("short", (short) gen.random().nextInt());
        annotations.put("int", gen.random().nextInt());
        annotations.put("long", gen.random().nextLong());
        annotations.put("float", gen.random().nextFloat());
        annotations.put("double", gen.random().nextDouble());
        annotations.put("boolean", gen.random().nextBoolean());
        annotations.put("uuid", new UUID(gen.random().nextLong(), gen.random().nextLong()));
        annotations.put("symbol", new AmqpSymbol("a-symbol"));
        return Sections.of(
                new MessageProperties(
                        gen.text(), gen.bytes(3), gen.text(), "reply", gen.text(), "type", "encoding", null),
                annotations,
                texts(gen),
                gen.bytes(gen.upTo(600)));
    }

    private static Map<String, String> texts(Seeds.Gen gen) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = gen.upTo(5); i > 0; i--) {
            texts.put("k" + gen.text(), gen.text());
        }
        return texts;
    }

    private static void assertSame(Sections read, Sections written) {
        assertThat(read.annotations()).isEqualTo(written.annotations());
        assertThat(read.application()).isEqualTo(written.application());
        assertThat(read.data()).isEqualTo(written.data());
        assertThat(read.properties()).usingRecursiveComparison().isEqualTo(written.properties());
    }

    private static Sections wire(Sections message) {
        return decode(SectionsCodec.encode(message));
    }

    private static Sections decode(ProtonBuffer bytes) {
        try {
            return SectionsCodec.decode(bytes);
        } catch (MalformedMessage malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static Message telemetry(Sections message) {
        try {
            return Telemetry.read(DEVICE, message);
        } catch (MalformedMessage malformed) {
            throw new AssertionError(malformed);
        }
    }
}
