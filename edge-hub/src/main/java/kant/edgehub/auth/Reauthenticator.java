package kant.edgehub.auth;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks connected clients again: all of them every five minutes, because tokens expire, and those whose registry entry
 * changed at once. Works with no parent in sight.
 */
public final class Reauthenticator {
    private static final Logger log = LoggerFactory.getLogger(Reauthenticator.class);
    private static final Duration EVERY = Duration.ofMinutes(5);

    private final Authenticator authenticator;
    private final ConnectedClients clients;
    private final Tasks tasks;

    public Reauthenticator(Authenticator authenticator, ConnectedClients clients, Tasks tasks) {
        this.authenticator = authenticator;
        this.clients = clients;
        this.tasks = tasks;
    }

    /** Checks all now and then, until the tasks are closed. */
    public void start() {
        tasks.after(EVERY, "re-authentication", () -> {
            checkAll();
            start();
        });
    }

    /** Checks everybody. */
    public void checkAll() {
        clients.credentials().forEach(this::check);
    }

    /** Checks those whose identity, or whose device, changed. */
    public void checkAffected(Set<IdentityId> changed) {
        Map<IdentityId, Credential> connected = clients.credentials();
        connected.forEach((id, credential) -> {
            if (changed.contains(id) || changed.contains(id.device())) {
                check(id, credential);
            }
        });
    }

    private void check(IdentityId id, Credential credential) {
        authenticator.checkCached(credential, id).ifPresent(refusal -> {
            log.atInfo()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", refusal.reason())
                    .log("client may not stay connected");
            clients.disconnect(id, refusal.reason());
        });
    }
}
