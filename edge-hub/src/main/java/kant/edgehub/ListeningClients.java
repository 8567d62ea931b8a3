package kant.edgehub;

import java.util.concurrent.CompletionStage;
import kant.edgehub.method.LocalCalls;
import kant.edgehub.session.Sessions;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;

/** The clients whose methods may be called from here. */
record ListeningClients(Sessions sessions) implements LocalCalls.Clients {
    @Override
    public boolean listenForMethods(IdentityId id) {
        return sessions.listens(id, Feature.METHODS);
    }

    @Override
    public CompletionStage<MethodResult> invoke(IdentityId id, MethodCall call) {
        return sessions.invoke(id, call);
    }
}
