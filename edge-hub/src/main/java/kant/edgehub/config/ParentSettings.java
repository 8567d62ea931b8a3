package kant.edgehub.config;

import org.jspecify.annotations.Nullable;

/**
 * Where the parent is.
 *
 * @param hostName the parent edge's name where there is one, else the IoT hub's
 * @param dialAddress {@code KANT_PARENT_ADDRESS}: an address to dial in place of the name's
 * @param mqttPort {@code KANT_PARENT_MQTT_PORT}
 * @param httpsPort {@code KANT_PARENT_HTTPS_PORT}
 */
public record ParentSettings(String hostName, @Nullable String dialAddress, int mqttPort, int httpsPort) {

    static ParentSettings read(Environment env, String iotHub) {
        return new ParentSettings(
                env.text("IOTEDGE_GATEWAYHOSTNAME", iotHub),
                env.get("KANT_PARENT_ADDRESS"),
                env.port("KANT_PARENT_MQTT_PORT", 8883),
                env.port("KANT_PARENT_HTTPS_PORT", 443));
    }
}
