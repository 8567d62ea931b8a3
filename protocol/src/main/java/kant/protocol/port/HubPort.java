package kant.protocol.port;

import java.util.concurrent.CompletionStage;
import kant.model.auth.Credential;

/** The one door into a hub that every protocol head uses. */
public interface HubPort {

    /**
     * Authenticates a client and opens its session. An older session of the same identity is closed first: the newer wins.
     *
     * @return completes with the session, or exceptionally with {@link kant.model.error.RefusedException}
     */
    CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link);

    /**
     * Authenticates a client that makes single requests, beside a session that it may have.
     *
     * @return completes with the caller, or exceptionally with {@link kant.model.error.RefusedException}
     */
    CompletionStage<Caller> call(Credential credential, ClientInfo client);
}
