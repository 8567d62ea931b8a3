package kant.edgehub.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the doors treat clients.
 *
 * @param clientCertificates {@code ClientCertAuthEnabled}: whether a client may prove itself by a certificate
 * @param tlsProtocols {@code SslProtocols}, by TLS's own names
 * @param connectArrival {@code mqttSettings__ConnectArrivalTimeout}: how long an MQTT client may take until its CONNECT
 * @param keepAlive {@code mqttSettings__MaxKeepAliveTimeout}: the longest keep-alive, also for clients that want none
 * @param proxyModule {@code ApiProxyModuleId}: the module that may hand on the certificates of clients behind it
 */
public record Doors(
        boolean clientCertificates,
        List<String> tlsProtocols,
        Duration connectArrival,
        Duration keepAlive,
        String proxyModule) {
    static final String TLS_1_2 = "TLSv1.2";
    static final String TLS_1_3 = "TLSv1.3";

    public Doors {
        tlsProtocols = List.copyOf(tlsProtocols);
    }

    static Doors read(Environment env) {
        return new Doors(
                env.flag("ClientCertAuthEnabled", true),
                tlsProtocols(env.text("SslProtocols", "")),
                env.timespan("mqttSettings__ConnectArrivalTimeout", Duration.ofMinutes(1)),
                env.timespan("mqttSettings__MaxKeepAliveTimeout", Duration.ofMinutes(10)),
                env.text("ApiProxyModuleId", "IoTEdgeAPIProxy"));
    }

    /** As the original reads it: a word it does not know makes all of it the default. */
    private static List<String> tlsProtocols(String text) {
        List<String> words = Arrays.stream(text.toLowerCase(Locale.ROOT).split(","))
                .map(word -> word.strip().replace(".", ""))
                .filter(word -> !word.isEmpty())
                .toList();
        if (words.isEmpty() || !List.of("tls12", "tls13").containsAll(words)) {
            return List.of(TLS_1_3, TLS_1_2);
        }
        return words.stream()
                .distinct()
                .map(word -> word.equals("tls13") ? TLS_1_3 : TLS_1_2)
                .toList();
    }
}
