package kant.iothub.session;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.Registered;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Feature;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.HubPort;
import kant.protocol.port.Session;

/** Lets devices and modules in. */
public final class DeviceDoor implements HubPort {
    private final Authenticator authenticator;
    private final SessionParts parts;

    public DeviceDoor(Authenticator authenticator, SessionParts parts) {
        this.authenticator = authenticator;
        this.parts = parts;
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return CompletableFuture.failedFuture(
                new RefusedException(new Refusal.Unavailable("requests without a connection are not served here")));
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link) {
        return new SessionWork(parts.tasks()).run(() -> admit(credential, client, link));
    }

    private Session admit(Credential credential, ClientInfo client, ClientLink link)
            throws IOException, HubRefusedException {
        if (client.authChain().size() > 1) {
            throw new HubRefusedException(
                    ErrorCode.UNAUTHORIZED,
                    "connections on behalf of another identity (auth-chain) are not offered; connect \""
                            + client.identity() + "\" with a token of its own");
        }
        Registered registered = authenticator.authenticate(client.identity(), credential);
        if (!client.modelId().isEmpty()) {
            parts.twins().announceModel(client.identity(), client.modelId());
        }
        var session = new DeviceSession(registered, client, link, restored(client), parts);
        parts.sessions().opened(session);
        checkStill(registered, credential, session);
        return session;
    }

    private Set<Feature> restored(ClientInfo client) {
        if (!client.persistent()) {
            parts.sessions().forget(client.identity());
        }
        return parts.sessions().remembered(client.identity());
    }

    /** The registry may have changed between the check and the opening, when nobody would have told this session. */
    private void checkStill(Registered registered, Credential credential, DeviceSession session)
            throws IOException, HubRefusedException {
        try {
            if (authenticator
                    .authenticate(session.identity(), credential)
                    .generationId()
                    .equals(registered.generationId())) {
                return;
            }
        } catch (HubRefusedException e) {
            session.close();
            throw e;
        }
        session.close();
        throw new HubRefusedException(ErrorCode.UNAUTHORIZED, "\"" + session.identity() + "\" was registered anew");
    }
}
