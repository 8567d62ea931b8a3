package kant.edgehub.config;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import kant.upstream.HttpProxy;
import kant.upstream.UpstreamProtocol;
import kant.upstream.budget.QuietHours;
import kant.upstream.budget.UpstreamLimits;
import org.jspecify.annotations.Nullable;

/**
 * Where the parent is, and what the link to it speaks.
 *
 * @param hostName the parent edge's name where there is one, else the IoT hub's
 * @param dialAddress {@code KANT_PARENT_ADDRESS}: an address to dial in place of the name's
 * @param protocol {@code UpstreamProtocol}
 * @param keepAlive {@code KANT_UPSTREAM_KEEPALIVE_SECONDS}: how long the parent may say nothing before it counts as lost
 * @param limits {@code KANT_UPSTREAM_BYTES_PER_SECOND} and {@code KANT_UPSTREAM_QUIET_HOURS}: where the twin sets none
 * @param proxy {@code https_proxy} and {@code no_proxy}, for HTTPS and WebSockets
 */
public record ParentSettings(
        String hostName,
        @Nullable String dialAddress,
        ParentPorts ports,
        UpstreamProtocol protocol,
        Duration keepAlive,
        UpstreamLimits limits,
        @Nullable HttpProxy proxy) {

    /** The original's. */
    private static final long KEEP_ALIVE_SECONDS = 60;

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
                Duration.ofSeconds(env.number("KANT_UPSTREAM_KEEPALIVE_SECONDS", KEEP_ALIVE_SECONDS, 5, 600)),
                limits(env),
                proxy(env));
    }

    private static UpstreamLimits limits(Environment env) {
        long rate = env.number("KANT_UPSTREAM_BYTES_PER_SECOND", 0, 1, UpstreamLimits.MOST_BYTES_PER_SECOND);
        QuietHours quiet = QuietHours.NONE;
        String hours = env.get("KANT_UPSTREAM_QUIET_HOURS");
        if (hours != null) {
            try {
                quiet = QuietHours.parse(List.of(hours.split(",")));
            } catch (IllegalArgumentException e) {
                env.mistake("KANT_UPSTREAM_QUIET_HOURS=\"" + hours + "\": " + e.getMessage());
            }
        }
        return new UpstreamLimits(rate == 0 ? OptionalLong.empty() : OptionalLong.of(rate), quiet);
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
