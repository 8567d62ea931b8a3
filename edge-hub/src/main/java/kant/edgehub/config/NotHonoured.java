package kant.edgehub.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The original's settings that ask for what this hub does not do. */
final class NotHonoured {
    /** Name to the values that change nothing here, in lower case; any other value is named at start. */
    private static final Map<String, Set<String>> HARMLESS = Map.ofEntries(
            Map.entry("AuthenticationMode", Set.of("scope")),
            Map.entry("UpstreamProtocol", Set.of("mqtt")),
            Map.entry("configSource", Set.of("twin")),
            Map.entry("storeAndForwardEnabled", Set.of("true")),
            Map.entry("mqttSettings__enabled", Set.of("true")),
            Map.entry("CacheTokens", Set.of("false")),
            Map.entry("EncryptTwinStore", Set.of("false")),
            Map.entry("TwinManagerVersion", Set.of("v2")),
            Map.entry("EnableNonPersistentStorageBackup", Set.of("false")),
            Map.entry("https_proxy", Set.of()),
            Map.entry("SslProtocols", Set.of("tls1.2,tls1.3", "tls1.2, tls1.3")),
            Map.entry("amqpSettings__enabled", Set.of("false")),
            Map.entry("httpSettings__enabled", Set.of("false")),
            Map.entry("mqttSettings__MaxInboundMessageSize", Set.of("262144")),
            Map.entry("MaxUpstreamBatchSize", Set.of()),
            Map.entry("UpstreamFanOutFactor", Set.of()),
            Map.entry("BackupFolder", Set.of()),
            Map.entry("experimentalFeatures__enabled", Set.of("false")));

    private NotHonoured() {}

    static List<String> in(Environment env) {
        List<String> found = new ArrayList<>();
        for (String name : HARMLESS.keySet().stream().sorted().toList()) {
            String value = env.get(name);
            if (value != null && !HARMLESS.getOrDefault(name, Set.of()).contains(value.toLowerCase(Locale.ROOT))) {
                found.add(name + "=" + value);
            }
        }
        return found;
    }
}
