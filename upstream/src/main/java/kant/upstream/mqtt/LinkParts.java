package kant.upstream.mqtt;

import kant.protocol.net.EventLoops;
import kant.upstream.Transport;
import kant.upstream.budget.Budget;
import kant.upstream.dial.Dialler;
import kant.upstream.drive.AttemptGate;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** What all identities of a link share. */
record LinkParts(
        Dialler dialler,
        Transport transport,
        EventLoops loops,
        Tasks tasks,
        Time time,
        Randomness randomness,
        MqttLinkConfig config,
        AttemptGate gate,
        Budget budget) {}
