package kant.protocol.port;

import java.util.concurrent.CompletionStage;
import kant.model.auth.SasToken;

/** The door for service applications, which come with a policy's token; only an IoT hub has it, an edge hub does not. */
public interface ServicePort {

    /**
     * Lets a service application in.
     *
     * @param token for the hub itself ({@code sr={host}}, {@code skn={policy}})
     * @return fails with {@link kant.model.error.RefusedException}
     */
    CompletionStage<ServiceSession> open(SasToken token, ServiceLink link);
}
