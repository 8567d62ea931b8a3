package kant.upstream.choice;

import kant.model.identity.IdentityId;
import kant.protocol.net.EventLoops;
import kant.upstream.Link;
import kant.upstream.ParentConfig;
import kant.upstream.amqp.AmqpLink;
import kant.upstream.budget.Budget;
import kant.upstream.mqtt.MqttLink;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** Starts links. */
public final class Links {
    private Links() {}

    /**
     * A link of the kind asked for, with nothing attached yet.
     *
     * @param tasks where tokens are made and names resolved
     * @param primary the identity whose connection stands for the link where each identity has its own
     */
    public static Link start(
            ParentConfig parent,
            EventLoops loops,
            Tasks tasks,
            Time time,
            Randomness randomness,
            IdentityId primary,
            LinkConfig config) {
        return start(parent, loops, tasks, time, randomness, primary, new Budget(tasks, time), config);
    }

    /** The same within a budget, which the caller may change. */
    public static Link start(
            ParentConfig parent,
            EventLoops loops,
            Tasks tasks,
            Time time,
            Randomness randomness,
            IdentityId primary,
            Budget budget,
            LinkConfig config) {
        return switch (config.protocol()) {
            case AMQP_OR_WS, AMQP, AMQP_WS ->
                AmqpLink.start(
                        parent,
                        loops,
                        tasks,
                        time,
                        randomness,
                        primary,
                        config.protocol().transports(),
                        budget,
                        config.amqp());
            case MQTT, MQTT_WS ->
                MqttLink.start(
                        parent,
                        loops,
                        tasks,
                        time,
                        randomness,
                        primary,
                        config.protocol().transports().getFirst(),
                        budget,
                        config.mqtt());
        };
    }
}
