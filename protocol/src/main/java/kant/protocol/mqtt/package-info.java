/**
 * The MQTT 3.1.1 head: packets to {@link kant.protocol.port.Session} calls and back. {@link kant.protocol.mqtt.MqttService}
 * serves a connection, {@link kant.protocol.mqtt.MqttHead} listens for them; {@code MqttConnection} is one client's state,
 * owned by that client's event loop, with no lock in it. The names on the wire
 * ({@link kant.protocol.mqtt.Topics}, {@link kant.protocol.mqtt.PropertyBag}, {@link kant.protocol.mqtt.Username}) are
 * shared with the client side of the link to a parent. Sources: MQTT 3.1.1 and reference/device-protocols.md §1.
 */
@NullMarked
package kant.protocol.mqtt;

import org.jspecify.annotations.NullMarked;
