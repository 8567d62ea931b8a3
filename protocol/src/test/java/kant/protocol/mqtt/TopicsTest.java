package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.protocol.head.ProtocolViolation;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private static final IdentityId ODD = IdentityId.module("a+b%41", "m#1 $x");

    @Test
    void what_a_client_writes_a_hub_reads() throws Exception {
        var bag = new PropertyBag(Map.of("messageId", "1"), new LinkedHashMap<>(Map.of("k", "v/w")));

        assertThat(Topics.fromClient(Topics.telemetry(ODD, bag), ODD)).isEqualTo(new ClientTopic.Telemetry(bag));
        assertThat(Topics.fromClient(Topics.twinGet("r"), ODD)).isEqualTo(new ClientTopic.TwinGet("r"));
        assertThat(Topics.fromClient(Topics.twinPatch("r"), ODD))
                .isEqualTo(new ClientTopic.TwinPatch("r", OptionalLong.empty()));
        assertThat(Topics.fromClient(Topics.methodResponse(-1, "r"), ODD))
                .isEqualTo(new ClientTopic.MethodResponse(-1, "r"));
    }

    @Test
    void what_a_hub_writes_a_client_reads() throws Exception {
        var bag = new PropertyBag(Map.of("connectionDeviceId", "1"), new LinkedHashMap<>(Map.of("k", "v/w")));
        IdentityId device = IdentityId.device("dev1");

        assertThat(Topics.fromHub(Topics.cloudToDevice(Topics.prefix(device), bag)))
                .isEqualTo(new HubTopic.CloudToDevice(device, bag));
        assertThat(Topics.fromHub(Topics.input(Topics.prefix(IdentityId.module("d", "m")), "in", bag)))
                .isEqualTo(new HubTopic.Input(IdentityId.module("d", "m"), "in", bag));
        assertThat(Topics.fromHub(Topics.method("a/b c", "r"))).isEqualTo(new HubTopic.Method("a/b c", "r"));
        assertThat(Topics.fromHub(Topics.twinReply(204, "r", OptionalLong.of(3))))
                .isEqualTo(new HubTopic.TwinReply(204, "r", OptionalLong.of(3)));
        assertThat(Topics.fromHub(Topics.twinReply(200, "r", OptionalLong.empty())))
                .isEqualTo(new HubTopic.TwinReply(200, "r", OptionalLong.empty()));
        assertThat(Topics.fromHub(Topics.desired(9))).isEqualTo(new HubTopic.Desired(OptionalLong.of(9)));
    }

    @Test
    void the_java_sdks_patch_topic_has_a_version_after_the_rid() throws Exception {
        assertThat(Topics.fromClient("$iothub/twin/PATCH/properties/reported/?$rid=u-1&$version=1", ODD))
                .isEqualTo(new ClientTopic.TwinPatch("u-1", OptionalLong.of(1)));
    }

    @Test
    void filters_are_those_of_the_sdks() {
        IdentityId module = IdentityId.module("d", "m");

        assertThat(Topics.filter(Feature.INPUTS, module)).isEqualTo("devices/d/modules/m/inputs/#");
        assertThat(Topics.filter(Feature.CLOUD_TO_DEVICE, module.device()))
                .isEqualTo("devices/d/messages/devicebound/#");
        assertThat(Topics.filter(Feature.METHODS, module)).isEqualTo("$iothub/methods/POST/#");
        assertThat(Topics.filter(Feature.DESIRED, module)).isEqualTo("$iothub/twin/PATCH/properties/desired/#");
    }

    @Test
    void an_id_with_a_percent_sign_of_its_own_is_accepted_in_both_spellings() throws Exception {
        IdentityId percent = IdentityId.device("50%");

        assertThat(Topics.fromClient("devices/50%/messages/events/", percent))
                .isInstanceOf(ClientTopic.Telemetry.class);
        assertThat(Topics.fromClient("devices/50%25/messages/events/", percent))
                .isInstanceOf(ClientTopic.Telemetry.class);
    }

    @Test
    void a_long_topic_is_quoted_only_in_part() {
        assertThatThrownBy(() -> Topics.fromClient("x".repeat(60_000), ODD))
                .isInstanceOf(ProtocolViolation.class)
                .message()
                .hasSizeLessThan(300);
    }

    @Test
    void any_text_is_a_topic_or_a_violation() {
        String[] fronts = {
            "",
            "devices/",
            "devices/a/messages/events/",
            "devices/a/modules/b/",
            "$iothub/",
            "$iothub/twin/GET/",
            "$iothub/twin/res/",
            "$iothub/twin/PATCH/properties/reported/",
            "$iothub/twin/PATCH/properties/desired/",
            "$iothub/methods/res/",
            "$iothub/methods/POST/"
        };
        Seeds.check(5000, gen -> {
            String topic = fronts[gen.random().nextInt(fronts.length)] + gen.topicText();
            readable(() -> Topics.fromClient(topic, IdentityId.device("a")));
            readable(() -> Topics.fromHub(topic));
            Filter.read(topic, IdentityId.module("a", "b"));
        });
    }

    private interface Reading {
        Object read() throws ProtocolViolation;
    }

    private static void readable(Reading reading) {
        try {
            assertThat(reading.read()).isNotNull();
        } catch (ProtocolViolation violation) {
            assertThat(violation.getMessage()).isNotBlank();
        }
    }
}
