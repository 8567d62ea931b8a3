package kant.iothub.door;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import kant.iothub.auth.Admitted;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.method.MethodCaller;
import kant.iothub.session.DeviceSession;
import kant.iothub.session.SessionParts;
import kant.iothub.session.SessionWork;
import kant.model.auth.Credential;
import kant.model.message.Feature;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.HubPort;
import kant.protocol.port.Session;

/** Lets devices and modules in. */
public final class DeviceDoor implements HubPort {
    private final SessionParts parts;
    private final MethodCaller methods;

    public DeviceDoor(SessionParts parts, MethodCaller methods) {
        this.parts = parts;
        this.methods = methods;
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link) {
        return new SessionWork(parts.tasks()).run(() -> admit(credential, client, link));
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return new SessionWork(parts.tasks())
                .run(() -> new DeviceCaller(authenticate(credential, client), client.modelId(), parts, methods));
    }

    private Session admit(Credential credential, ClientInfo client, ClientLink link)
            throws IOException, HubRefusedException {
        Admitted admitted = authenticate(credential, client);
        if (!client.modelId().isEmpty()) {
            parts.twins().announceModel(client.identity(), client.modelId());
        }
        var session = new DeviceSession(admitted, client, link, restored(client), parts);
        parts.sessions().opened(session);
        checkStill(admitted, credential, client, session);
        session.start();
        return session;
    }

    private Admitted authenticate(Credential credential, ClientInfo client) throws IOException, HubRefusedException {
        return parts.authenticator().authenticate(client.identity(), client.authChain(), credential);
    }

    private Set<Feature> restored(ClientInfo client) {
        if (!client.persistent()) {
            parts.sessions().forget(client.identity());
        }
        return parts.sessions().remembered(client.identity());
    }

    /** The registry may have changed between the check and the opening, when nobody would have told this session. */
    private void checkStill(Admitted admitted, Credential credential, ClientInfo client, DeviceSession session)
            throws IOException, HubRefusedException {
        try {
            if (authenticate(credential, client)
                    .registered()
                    .generationId()
                    .equals(admitted.registered().generationId())) {
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
