package kant.edgehub.config;

/**
 * Where clients and scrapers connect.
 *
 * @param address {@code KANT_LISTEN_ADDRESS}
 * @param mqttPort 8883, as every SDK has it built in; {@code KANT_MQTT_PORT} is for tests
 * @param metricsPort {@code httpSettings__metrics_port}; -1 where {@code MetricsEnabled} is false
 */
public record Listeners(String address, int mqttPort, int metricsPort) {

    static Listeners read(Environment env) {
        boolean metrics = env.flag("metrics__listener__MetricsEnabled", env.flag("MetricsEnabled", true));
        int port = env.port("metrics__listener__port", env.port("httpSettings__metrics_port", 9600));
        return new Listeners(
                env.text("KANT_LISTEN_ADDRESS", "0.0.0.0"), env.port("KANT_MQTT_PORT", 8883), metrics ? port : -1);
    }
}
