package kant.upstream.choice;

import java.time.Duration;
import kant.upstream.UpstreamProtocol;
import kant.upstream.amqp.AmqpLinkConfig;
import kant.upstream.mqtt.MqttLinkConfig;

/** Which link to have, and how either kind of it behaves. */
public record LinkConfig(UpstreamProtocol protocol, AmqpLinkConfig amqp, MqttLinkConfig mqtt) {

    /**
     * What programs use.
     *
     * @param product what the parent sees as the client's name and version
     */
    public static LinkConfig standard(UpstreamProtocol protocol, String product) {
        return new LinkConfig(protocol, AmqpLinkConfig.standard(product), MqttLinkConfig.standard(product));
    }

    /** The same, noticing a parent that says nothing at all after this time. */
    public LinkConfig keepAlive(Duration silence) {
        return new LinkConfig(protocol, amqp.idleTimeout(silence), mqtt.keepAlive(silence));
    }
}
