package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.testkit.sim.Seeds;
import org.junit.jupiter.api.Test;

class MessageRecordTest {

    @Test
    void any_message_comes_back_as_it_was_within_the_bound() {
        Seeds.each(200, random -> {
            Message message = message(random);
            var target = new Target(text(random) + "e", random.nextInt(10), random.nextLong(-1, 1L << 40));
            var cursor = new PriorityCursor(random.nextInt(1 << 20), target.endpoint(), CursorKey.of(target));
            long ordinal = random.nextLong(1L << 50);
            ByteBuffer b = ByteBuffer.allocate(MessageRecord.bound(message, List.of(target)));
            var to = new MessageRecord.To(cursor, ordinal, target.ttlMillis(), random.nextBoolean());

            MessageRecord.encode(b, 1_000, List.of(to), message);
            b.flip();

            var record = new MessageRecord();
            assertThat(record.isFor(cursor.id(), b)).isTrue();
            assertThat(record.ordinal()).isEqualTo(ordinal);
            assertThat(record.expiresMillis())
                    .isEqualTo(target.ttlMillis() < 0 ? Long.MAX_VALUE : 1_000 + target.ttlMillis());
            Message decoded = record.decode(b);
            assertThat(decoded.sender()).isEqualTo(message.sender());
            assertThat(decoded.systemProperties()).isEqualTo(message.systemProperties());
            assertThat(List.copyOf(decoded.properties().entrySet()))
                    .isEqualTo(List.copyOf(message.properties().entrySet()));
            assertThat(decoded.payload()).isEqualTo(message.payload());
            assertThat(record.isFor(cursor.id() + 1, b)).isFalse();
        });
    }

    @Test
    void a_ttl_beyond_the_end_of_time_is_for_ever() {
        assertThat(MessageRecord.expiresMillis(5, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(MessageRecord.expiresMillis(5, 0)).isEqualTo(5);
    }

    private static Message message(SplittableRandom random) {
        var sender = random.nextBoolean()
                ? IdentityId.device("d" + random.nextInt())
                : IdentityId.module("d" + random.nextInt(), "m" + random.nextInt());
        var payload = new byte[random.nextInt(50)];
        random.nextBytes(payload);
        return new Message(sender, properties(random), properties(random), payload);
    }

    private static Map<String, String> properties(SplittableRandom random) {
        var properties = new LinkedHashMap<String, String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            properties.put(text(random), text(random));
        }
        return properties;
    }

    private static String text(SplittableRandom random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
            text.appendCodePoint(
                    switch (random.nextInt(4)) {
                        case 0 -> 0x1F600 + random.nextInt(50);
                        case 1 -> 0x4E00 + random.nextInt(500);
                        case 2 -> 0xE5;
                        default -> 'a' + random.nextInt(26);
                    });
        }
        return text.toString();
    }
}
