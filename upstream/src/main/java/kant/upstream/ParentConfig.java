package kant.upstream;

import kant.model.identity.IdentityId;
import kant.protocol.tls.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * The parent hub and how to reach it.
 *
 * @param hostName its name: in tokens, in user names, in {@code Host}, and what its certificate must prove
 * @param dialAddress the address or name to connect to where it is not that of {@code hostName}
 * @param httpsPort also that of WebSockets
 * @param proxy what HTTPS and WebSockets go through, null where nothing; MQTT and AMQP on their own ports never do
 */
public record ParentConfig(
        String hostName,
        @Nullable String dialAddress,
        int mqttPort,
        int amqpPort,
        int httpsPort,
        ClientTls tls,
        @Nullable HttpProxy proxy) {

    public static final int MQTT_PORT = 8883;
    public static final int AMQP_PORT = 5671;
    public static final int HTTPS_PORT = 443;

    public ParentConfig {
        if (hostName.isBlank()) {
            throw new IllegalArgumentException("the parent's host name is empty");
        }
    }

    /** A parent with AMQP at the contract's own port, and no proxy. */
    public ParentConfig(String hostName, @Nullable String dialAddress, int mqttPort, int httpsPort, ClientTls tls) {
        this(hostName, dialAddress, mqttPort, AMQP_PORT, httpsPort, tls, null);
    }

    /** A parent at the contract's own ports. */
    public static ParentConfig of(String hostName, ClientTls tls) {
        return new ParentConfig(hostName, null, MQTT_PORT, HTTPS_PORT, tls);
    }

    /** The same, with HTTPS and WebSockets through a proxy, where it applies to this parent. */
    public ParentConfig through(@Nullable HttpProxy newProxy) {
        HttpProxy used =
                newProxy != null && newProxy.appliesTo(dialName()) && newProxy.appliesTo(hostName) ? newProxy : null;
        return new ParentConfig(hostName, dialAddress, mqttPort, amqpPort, httpsPort, tls, used);
    }

    /** The address or name to connect to. */
    public String dialName() {
        return dialAddress == null ? hostName : dialAddress;
    }

    /** The {@code Host} of requests to it. */
    public String hostHeader() {
        return httpsPort == HTTPS_PORT ? hostName : hostName + ":" + httpsPort;
    }

    /** What a token for an identity is made for: {@code host/devices/d[/modules/m]}. */
    public String audience(IdentityId id) {
        String device = hostName + "/devices/" + id.deviceId();
        return id.moduleId() == null ? device : device + "/modules/" + id.moduleId();
    }
}
