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

    public String token() throws GeneralSecurityException {
        String resource =
                device == null ? hub : hub + "/devices/" + device + (module == null ? "" : "/modules/" + module);
        String sr = URLEncoder.encode(resource, StandardCharsets.UTF_8);
        long se = Instant.now().plus(TOKEN_LIFE).getEpochSecond();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
        String sig = Base64.getEncoder().encodeToString(mac.doFinal((sr + "\n" + se).getBytes(StandardCharsets.UTF_8)));
        return "SharedAccessSignature sr=" + sr + "&sig=" + URLEncoder.encode(sig, StandardCharsets.UTF_8) + "&se=" + se
                + (policy == null ? "" : "&skn=" + policy);
    }
}
