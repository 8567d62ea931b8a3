package kant.edgehub.config;

/**
 * Where clients and scrapers connect. A port of {@link #OFF} is a door that is closed.
 *
 * @param address {@code KANT_LISTEN_ADDRESS}
 * @param mqttPort 8883, as every SDK has it built in; {@code KANT_MQTT_PORT} is for tests; off by {@code mqttSettings__enabled}
 * @param amqpPort {@code amqpSettings__port}; off by {@code amqpSettings__enabled}
 * @param httpsPort {@code httpSettings__port}, also that of WebSockets; off by {@code httpSettings__enabled}
 * @param metricsPort {@code httpSettings__metrics_port}; off by {@code MetricsEnabled}
 */
public record Listeners(String address, int mqttPort, int amqpPort, int httpsPort, int metricsPort) {
    public static final int OFF = -1;

    static Listeners read(Environment env) {
        boolean metrics = env.flag("metrics__listener__MetricsEnabled", env.flag("MetricsEnabled", true));
        int metricsPort = env.port("metrics__listener__port", env.port("httpSettings__metrics_port", 9600));
        var listeners = new Listeners(
                env.text("KANT_LISTEN_ADDRESS", "0.0.0.0"),
                door(env, "mqttSettings__enabled", env.port("KANT_MQTT_PORT", 8883)),
                door(env, "amqpSettings__enabled", env.port("amqpSettings__port", 5671)),
                door(env, "httpSettings__enabled", env.port("httpSettings__port", 443)),
                metrics ? metricsPort : OFF);
        if (listeners.mqttPort == OFF && listeners.amqpPort == OFF && listeners.httpsPort == OFF) {
            env.mistake("mqttSettings__enabled, amqpSettings__enabled and httpSettings__enabled are all false: "
                    + "no client could connect");
        }
        return listeners;
    }

    private static int door(Environment env, String enabled, int port) {
        return env.flag(enabled, true) ? port : OFF;
    }
}
