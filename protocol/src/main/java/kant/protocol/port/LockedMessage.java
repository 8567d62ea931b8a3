package kant.protocol.port;

import kant.model.message.Message;

/**
 * A cloud-to-device message that one caller holds for a while.
 *
 * @param lockToken names the lock when it is settled; unguessable
 * @param deliveryCount 0 at the first try
 */
public record LockedMessage(String lockToken, int deliveryCount, Message message) {}
