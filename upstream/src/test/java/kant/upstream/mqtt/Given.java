package kant.upstream.mqtt;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.upstream.Backoff;
import kant.upstream.LinkTiming;

/** What many tests begin with. */
final class Given {
    static final IdentityId DEVICE = IdentityId.device("d1");
    static final IdentityId MODULE = IdentityId.module("d1", "m1");
    static final String KEY = "a2V5IG9mIHRoZSB0ZXN0cw==";

    /** Quick where a test waits for it, long where it must not happen. */
    static final LinkTiming TIMING = new LinkTiming(
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)),
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)),
            new Backoff(Duration.ofMinutes(5), Duration.ofMinutes(5)),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofMillis(300),
            0.85);

    private Given() {}

    static MqttLinkConfig config(int inFlight, int window) {
        return new MqttLinkConfig(
                TIMING, MqttLinkConfig.MqttTiming.standard(), 4, inFlight, window, "Kant/test (x; y)");
    }

    static Login login(IdentityId id) {
        return new Login(id.text(), "hub.kant.test/" + id.text() + "/?api-version=2021-04-12", "token", Instant.MAX);
    }

    static Message message(IdentityId sender, String text) {
        return new Message(sender, Map.of(), Map.of("n", text), text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
