package kant.protocol.mqtt;

import kant.protocol.port.HubPort;
import kant.world.Time;

/** What all connections of one head share. */
record HeadContext(MqttHeadConfig config, HubPort hub, Time time, Admission admission, ClosingLog log) {}
