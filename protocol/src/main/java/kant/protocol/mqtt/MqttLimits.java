package kant.protocol.mqtt;

import java.time.Duration;

/**
 * What one client may cost.
 *
 * @param connectArrival how long a client may take from the socket's opening to its CONNECT
 * @param opening how long the hub may take to answer a CONNECT
 * @param keepAlive the longest keep-alive, also for clients that want none
 * @param settlement how long a client may hold a message without a PUBACK before it is given back
 * @param stalled how long a client may leave what it is sent unread
 * @param window how many messages may be unsettled at once
 */
public record MqttLimits(
        Duration connectArrival,
        Duration opening,
        Duration keepAlive,
        Duration settlement,
        Duration stalled,
        int window) {

    /** The original Edge Hub's (device-protocols.md §1.1, §1.4), where it has one. */
    public static final MqttLimits DEFAULT = new MqttLimits(
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            100);
}
