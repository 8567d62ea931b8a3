package kant.protocol.port;

import java.util.concurrent.CompletionStage;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;

/** One service application's connection. Methods never block; failures are {@link kant.model.error.RefusedException}s. */
public interface ServiceSession {

    /** Queues a cloud-to-device message; completes when it is durable. */
    CompletionStage<Void> send(IdentityId target, Message message);

    /** Begins to hand over feedback on cloud-to-device messages by {@link ServiceLink#feedback}. */
    void subscribeFeedback();

    /** Settles a batch of feedback; an unknown id is ignored. */
    void settleFeedback(long id, Settlement settlement);

    /** The connection is gone; feedback that was not settled is handed over again later. */
    void close();
}
