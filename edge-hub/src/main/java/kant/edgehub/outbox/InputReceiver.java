package kant.edgehub.outbox;

import java.util.concurrent.CompletionStage;
import kant.model.message.Message;

/** A connected module that listens for input messages. */
public interface InputReceiver {

    /** Takes a place in its window for one message, which the next {@link #deliver} uses; false where it is full. */
    boolean reserve();

    /**
     * Hands it a message.
     *
     * @param attempt 0 at the first try
     * @return completes, never exceptionally, when the module has settled the message, or is gone
     */
    CompletionStage<Fate> deliver(String input, Message message, int attempt);
}
