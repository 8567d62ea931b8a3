package kant.store;

import kant.model.message.Message;

/**
 * One message as one endpoint's cursor hands it out.
 *
 * @param sequence its number in the store; grows in the order of acceptance, the same for every endpoint of the message
 * @param priority of the route that brought it here
 * @param attempt 0 the first time this process hands it out, one more after each release
 */
public record Entry(long sequence, long priority, int attempt, Message message) {}
