package kant.protocol.amqp;

import kant.protocol.head.ClosingLog;
import kant.protocol.net.Admission;
import kant.protocol.port.HubPort;
import kant.protocol.port.ServicePort;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one head share.
 *
 * @param service null where service applications have no business here
 */
record HeadContext(
        AmqpConfig config,
        HubPort hub,
        @Nullable ServicePort service,
        Time time,
        Randomness randomness,
        Admission admission,
        ClosingLog log) {

    AmqpLimits limits() {
        return config.limits();
    }
}
