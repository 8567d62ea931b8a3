package kant.bench.load;

/**
 * Who sends what to whom.
 *
 * @param topic what the sender publishes on
 * @param filter what the receiver subscribes to, in a session that outlives its connection
 */
public record PairAddress(Login sender, String topic, Login receiver, String filter) {}
