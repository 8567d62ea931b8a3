package kant.protocol.mqtt;

import kant.protocol.head.ClosingLog;
import kant.protocol.net.Admission;
import kant.protocol.port.HubPort;
import kant.world.Time;

/** What all connections of one service share. */
record HeadContext(
        MqttConfig config, HubPort hub, Time time, Admission admission, SessionMemory memory, ClosingLog log) {}
