package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.stream.Stream;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttService;
import kant.world.Time;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as user name, as filter of a subscription, and as topic of a message. */
class MqttTopicsFuzz {
    static Stream<String> seeds() {
        return Seeds.texts("topics.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void topics(@NotNull String text) {
        Mistakes.forget();
        var hub = new ScriptedHub();
        var service = MqttService.of(new MqttConfig(4), hub, Time.system());
        try (var stranger = new Victim(service)) {
            stranger.send(MqttPackets.connectAs(text, "leaf"));
        }
        for (String client : new String[] {"leaf", "edge/m"}) {
            try (var victim = new Victim(service)) {
                victim.send(MqttPackets.connect(client));
                victim.send(MqttPackets.subscribe(text));
                if (!text.isEmpty()) {
                    victim.send(MqttPackets.publish(text, 1, "{\"a\":1}"));
                }
            }
        }
        hub.expectNoSession();
        Mistakes.expectNone();
    }
}
