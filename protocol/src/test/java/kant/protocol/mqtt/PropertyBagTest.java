package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.model.message.SystemProperties;
import kant.protocol.head.ProtocolViolation;
import org.junit.jupiter.api.Test;

/** reference/device-protocols.md §1.8 and §0, traps 1, 2 and 12. */
class PropertyBagTest {
    private static final List<String> BOTH_WAYS = List.of(
            SystemProperties.MESSAGE_ID,
            SystemProperties.CORRELATION_ID,
            SystemProperties.USER_ID,
            SystemProperties.TO,
            SystemProperties.EXPIRY,
            SystemProperties.CONTENT_TYPE,
            SystemProperties.CONTENT_ENCODING,
            SystemProperties.CREATION_TIME,
            SystemProperties.MESSAGE_SCHEMA,
            SystemProperties.COMPONENT,
            SystemProperties.OPERATION,
            SystemProperties.ACK,
            SystemProperties.EDGE_MESSAGE_ID);

    @Test
    void a_bag_for_a_hub_is_read_as_it_was_written() {
        Seeds.check(2000, gen -> {
            PropertyBag bag = bag(gen);

            assertThat(fromClient(bag.toHub())).isEqualTo(bag);
        });
    }

    @Test
    void a_bag_for_a_client_is_read_as_it_was_written_but_for_empty_values() {
        Seeds.check(2000, gen -> {
            PropertyBag bag = bag(gen);

            assertThat(fromHub(bag.toClient())).isEqualTo(withoutEmptyValues(bag));
        });
    }

    @Test
    void a_bag_for_a_client_is_one_segment_that_begins_with_its_encoded_keys_and_has_no_empty_value() {
        Seeds.check(2000, gen -> {
            String text = bag(gen).toClient();

            assertThat(text).matches("([A-Za-z0-9._~%-]+=[A-Za-z0-9._~%-]+(&|$))*");
            assertThat(text.replaceFirst("^(%24[^&]*(&|$))*", "")).doesNotContain("&%24.mid=", "&%24.ct=");
        });
    }

    @Test
    void any_text_is_a_bag_or_a_violation() {
        Seeds.check(5000, gen -> {
            try {
                PropertyBag.fromClient(gen.topicText());
            } catch (ProtocolViolation violation) {
                assertThat(violation.getMessage()).isNotBlank().hasSizeLessThan(600);
            }
        });
    }

    @Test
    void every_row_of_the_table_is_mapped_in_both_spellings() throws Exception {
        String rows =
                "mid=1&%24.cid=2&$.uid=3&%24.to=4&$.exp=5&$.ct=6&$.ce=7&$.ctime=8&$.schema=9&$.on=10&$.ifid=11&$.sub=12"
                        + "&iothub-operation=13&iothub-ack=14";

        PropertyBag bag = PropertyBag.fromClient("$." + rows);

        assertThat(bag.properties()).isEmpty();
        assertThat(bag.system())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("messageId", "1"),
                        Map.entry("cid", "2"),
                        Map.entry("userId", "3"),
                        Map.entry("to", "4"),
                        Map.entry("absolute-expiry-time", "5"),
                        Map.entry("contentType", "6"),
                        Map.entry("contentEncoding", "7"),
                        Map.entry("creationTime", "8"),
                        Map.entry("messageSchema", "9"),
                        Map.entry("outputName", "10"),
                        Map.entry("iothub-interface-id", "11"),
                        Map.entry("dt-subject", "12"),
                        Map.entry("operation", "13"),
                        Map.entry("ack", "14")));
    }

    @Test
    void who_spoke_is_not_taken_from_a_client_but_from_a_hub() throws Exception {
        assertThat(PropertyBag.fromClient("$.cdid=a&%24.cmid=b").system()).isEmpty();
        assertThat(PropertyBag.fromClient("$.cdid=a&%24.cmid=b").properties()).isEmpty();
        assertThat(PropertyBag.fromHub("%24.cdid=a&%24.cmid=b").system()).hasSize(2);
    }

    @Test
    void the_original_hubs_ack_is_understood() throws Exception {
        assertThat(PropertyBag.fromHub("ack=full").system()).containsExactlyEntriesOf(Map.of("ack", "full"));
    }

    @Test
    void a_plus_is_a_plus_and_a_key_alone_has_an_empty_value() throws Exception {
        assertThat(PropertyBag.fromClient("a=1+1&b&c=").properties())
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1+1", "b", "", "c", ""));
    }

    @Test
    void what_cannot_be_read_says_where() {
        assertThatThrownBy(() -> PropertyBag.fromClient("a=1&=2"))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("character 4");
    }

    private static PropertyBag bag(Seeds.Gen gen) {
        Map<String, String> system = new HashMap<>();
        for (String name : BOTH_WAYS) {
            if (gen.random().nextInt(4) == 0) {
                system.put(name, gen.text());
            }
        }
        Map<String, String> properties = new LinkedHashMap<>();
        for (int i = gen.upTo(5); i > 0; i--) {
            properties.put("k" + gen.text(), gen.text());
        }
        return new PropertyBag(system, properties);
    }

    private static PropertyBag withoutEmptyValues(PropertyBag bag) {
        Map<String, String> system = new HashMap<>(bag.system());
        Map<String, String> properties = new LinkedHashMap<>(bag.properties());
        system.values().removeIf(String::isEmpty);
        properties.values().removeIf(String::isEmpty);
        return new PropertyBag(system, properties);
    }

    private static PropertyBag fromClient(String text) {
        try {
            return PropertyBag.fromClient(text);
        } catch (ProtocolViolation e) {
            throw new AssertionError(text, e);
        }
    }

    private static PropertyBag fromHub(String text) {
        try {
            return PropertyBag.fromHub(text);
        } catch (ProtocolViolation e) {
            throw new AssertionError(text, e);
        }
    }
}
