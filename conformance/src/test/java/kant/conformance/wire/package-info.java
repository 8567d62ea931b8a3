/**
 * Small clients of our own that do exactly what a check asks for, also what no client should do: bytes over TLS and WebSockets,
 * AMQP on a bare protocol engine, HTTPS requests. Blocking, for one thread, every wait bounded. MQTT's is {@code
 * harness/MqttSocket}.
 */
package kant.conformance.wire;
