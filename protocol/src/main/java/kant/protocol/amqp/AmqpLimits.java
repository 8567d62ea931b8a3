package kant.protocol.amqp;

import java.time.Duration;

/**
 * What one connection and its clients may cost.
 *
 * @param arrival how long a peer may take from the socket's opening to its OPEN
 * @param opening how long the hub may take to let a client in
 * @param idle the idle time-out that is asked of peers
 * @param settlement how long a client may hold an input without a disposition before it is given back
 * @param lock the same for a cloud-to-device message
 * @param stalled how long a peer may leave what it is sent unread
 * @param window how many messages may be unsettled at once, on each link and for each client
 * @param inflightBytes how much a peer may send that the hub has not answered; beyond, it is not read any further
 */
public record AmqpLimits(
        Duration arrival,
        Duration opening,
        Duration idle,
        Duration settlement,
        Duration lock,
        Duration stalled,
        int window,
        int inflightBytes) {

    /** The original Edge Hub's (device-protocols.md §3.1, §6.2), where it has one. */
    public static final AmqpLimits DEFAULT = new AmqpLimits(
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(240),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            100,
            4 << 20);

    /** What is sent in parts and not complete yet may weigh so much on one connection. */
    static final int PARTIAL_BYTES = 8 << 20;

    /** The largest frame that is taken; payloads of 256 KiB come in five. */
    static final int FRAME_BYTES = 64 * 1024;

    /** The original's smallest idle time-out of a peer: below, heartbeats would be all that is sent. */
    static final Duration LEAST_PEER_IDLE = Duration.ofSeconds(5);

    /** What a peer is held to that names no idle time-out: heartbeats keep middle boxes from forgetting it. */
    static final Duration UNSAID_PEER_IDLE = Duration.ofSeconds(120);

    /** Identities on one connection; a parent's link carries all clients of its edge device. */
    static final int TOKENS = 4096;

    /** Characters of all tokens that were put on one connection. */
    static final int TOKEN_CHARACTERS = 1 << 20;

    /** Sessions and links that a peer may have without a token, and for each token that it has put. */
    static final int SESSIONS = 16;

    static final int SESSIONS_PER_TOKEN = 4;
    static final int LINKS = 32;
    static final int LINKS_PER_TOKEN = 12;
}
