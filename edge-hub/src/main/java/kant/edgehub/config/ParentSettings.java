package kant.edgehub.config;

import kant.upstream.HttpProxy;
import kant.upstream.UpstreamProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Where the parent is, and what the link to it speaks.
 *
 * @param hostName the parent edge's name where there is one, else the IoT hub's
 * @param dialAddress {@code KANT_PARENT_ADDRESS}: an address to dial in place of the name's
 * @param protocol {@code UpstreamProtocol}
 * @param proxy {@code https_proxy} and {@code no_proxy}, for HTTPS and WebSockets
 */
public record ParentSettings(
        String hostName,
        @Nullable String dialAddress,
        ParentPorts ports,
        UpstreamProtocol protocol,
        @Nullable HttpProxy proxy) {

    /** {@code KANT_PARENT_MQTT_PORT}, {@code KANT_PARENT_AMQP_PORT} and {@code KANT_PARENT_HTTPS_PORT}. */
    public record ParentPorts(int mqtt, int amqp, int https) {}

    static ParentSettings read(Environment env, String iotHub) {
        return new ParentSettings(
                env.text("IOTEDGE_GATEWAYHOSTNAME", iotHub),
                env.get("KANT_PARENT_ADDRESS"),
                new ParentPorts(
                        env.port("KANT_PARENT_MQTT_PORT", 8883),
                        env.port("KANT_PARENT_AMQP_PORT", 5671),
                        env.port("KANT_PARENT_HTTPS_PORT", 443)),
                protocol(env),
                proxy(env));
    }

    private static UpstreamProtocol protocol(Environment env) {
        try {
            return UpstreamProtocol.parse(env.get("UpstreamProtocol"));
        } catch (IllegalArgumentException e) {
            env.mistake(String.valueOf(e.getMessage()));
            return UpstreamProtocol.AMQP_OR_WS;
        }
    }

    private static @Nullable HttpProxy proxy(Environment env) {
        String url = env.get("https_proxy");
        try {
            return url == null ? null : HttpProxy.parse(url, env.get("no_proxy"));
        } catch (IllegalArgumentException e) {
            env.mistake(String.valueOf(e.getMessage()));
            return null;
        }
    }
}
