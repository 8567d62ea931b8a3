/**
 * The link over MQTT 3.1.1: one TLS connection per identity. {@code MqttLink} holds the identities; {@code MqttIdentity}
 * drives one identity's {@link kant.upstream.ConnectionMachine} across connections; {@code MqttConnection} is one
 * connection, with everything that dies with it. An identity and its connections belong to one event loop for life, so
 * nothing here has locks, but for the gate that bounds attempts. Sources: MQTT 3.1.1 and reference/device-protocols.md §1.
 */
@NullMarked
package kant.upstream.mqtt;

import org.jspecify.annotations.NullMarked;
