package kant.conformance.harness;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A device, a module or a policy with its key, as its connection string says; makes its own tokens, so that a suite needs no SDK.
 *
 * @param module null for a device
 */
public record SasIdentity(String hub, String device, String module, String policy, String key) {
    private static final Duration TOKEN_LIFE = Duration.ofHours(2);

    public static SasIdentity of(String connectionString) {
        Map<String, String> parts = Arrays.stream(connectionString.split(";"))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
        return new SasIdentity(
                parts.get("HostName"),
                parts.get("DeviceId"),
                parts.get("ModuleId"),
                parts.get("SharedAccessKeyName"),
                parts.get("SharedAccessKey"));
    }

    /** {@code device} or {@code device/module}: how MQTT clients name themselves. */
    public String clientId() {
        return module == null ? device : device + "/" + module;
    }

    public String userName() {
        return hub + "/" + clientId() + "/?api-version=2021-04-12";
    }

    /** {@code devices/d/} or {@code devices/d/modules/m/}: what its topics begin with. */
    public String topics() {
        return "devices/" + device + "/" + (module == null ? "" : "modules/" + module + "/");
    }

    /** With another key. */
    public SasIdentity withKey(String other) {
        return new SasIdentity(hub, device, module, policy, other);
    }

    /** The path of AMQP and HTTPS: {@code /devices/d} or {@code /devices/d/modules/m}. */
    public String path() {
        return "/devices/" + device + (module == null ? "" : "/modules/" + module);
    }

    /** What its tokens are for, not encoded. */
    public String resource() {
        return device == null ? hub : hub + path();
    }

    public String token() throws GeneralSecurityException {
        return token(TOKEN_LIFE);
    }

    /** @param life negative for one that is over */
    public String token(Duration life) throws GeneralSecurityException {
        return token(URLEncoder.encode(resource(), StandardCharsets.UTF_8), life);
    }

    /** @param sr as it will stand in the token, verbatim */
    public String token(String sr, Duration life) throws GeneralSecurityException {
        long se = Instant.now().plus(life).getEpochSecond();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
        String sig = Base64.getEncoder().encodeToString(mac.doFinal((sr + "\n" + se).getBytes(StandardCharsets.UTF_8)));
        return "SharedAccessSignature sr=" + sr + "&sig=" + URLEncoder.encode(sig, StandardCharsets.UTF_8) + "&se=" + se
                + (policy == null ? "" : "&skn=" + policy);
    }

    public String connectionString() {
        return "HostName=" + hub + ";DeviceId=" + device + (module == null ? "" : ";ModuleId=" + module)
                + ";SharedAccessKey=" + key;
    }

    /** A CONNECT that should be let in. */
    public MqttBytes.Connect connect() throws GeneralSecurityException {
        return MqttBytes.Connect.as(clientId(), userName(), token());
    }

    @Override
    public String toString() {
        return clientId();
    }
}
