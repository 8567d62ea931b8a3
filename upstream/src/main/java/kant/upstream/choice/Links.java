package kant.upstream.choice;

import java.util.List;
import kant.model.identity.IdentityId;
import kant.upstream.Link;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.upstream.amqp.AmqpLink;
import kant.upstream.mqtt.MqttLink;

/** Starts links. */
public final class Links {
    private Links() {}

    /**
     * A link of the kind asked for, with nothing attached yet.
     *
     * @param primary the identity whose connection stands for the link where each identity has its own
     */
    public static Link start(ParentConfig parent, LinkWorld world, IdentityId primary, LinkConfig config) {
        List<Transport> transports = config.protocol().transports();
        return switch (config.protocol()) {
            case AMQP_OR_WS, AMQP, AMQP_WS -> AmqpLink.start(parent, world, primary, transports, config.amqp());
            case MQTT, MQTT_WS -> MqttLink.start(parent, world, primary, transports.getFirst(), config.mqtt());
        };
    }
}
