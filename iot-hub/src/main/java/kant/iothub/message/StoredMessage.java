package kant.iothub.message;

import java.time.Instant;
import kant.model.message.Message;

/**
 * A message as it was written.
 *
 * @param enqueued when the hub took it, in whole milliseconds
 */
public record StoredMessage(Instant enqueued, Message message) {}
