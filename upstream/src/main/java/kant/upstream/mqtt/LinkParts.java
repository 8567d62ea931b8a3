package kant.upstream.mqtt;

import kant.protocol.net.EventLoops;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** What all identities of a link share. */
record LinkParts(
        ParentConfig parent,
        Transport transport,
        EventLoops loops,
        Tasks tasks,
        Time time,
        Randomness randomness,
        MqttLinkConfig config,
        AttemptGate gate) {}
