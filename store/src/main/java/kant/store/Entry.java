package kant.store;

import kant.model.message.Message;

/**
 * One message as one endpoint's cursor hands it out.
 *
 * @param sequence its number in the store; grows in the order of acceptance, the same for every endpoint of the message
 * @param priority of the route that brought it here
 * @param attempt 0 the first time this process hands it out, one more after each release
 * @param overtakes it goes before what was handed out earlier and is not sent: its route asks for the newest first, and it is none
 *     of the backlog
 */
public record Entry(long sequence, long priority, int attempt, Message message, boolean overtakes) {
    /** One that keeps its place. */
    public Entry(long sequence, long priority, int attempt, Message message) {
        this(sequence, priority, attempt, message, false);
    }
}
