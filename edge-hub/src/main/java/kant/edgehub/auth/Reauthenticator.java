package kant.edgehub.auth;

import java.time.Duration;
import java.util.Set;
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
        clients.claims().forEach(this::check);
    }

    /** Checks those that rest on an identity which changed: their own, their device, or who acts for them. */
    public void checkAffected(Set<IdentityId> changed) {
        for (Claim claim : clients.claims()) {
            if (changed.stream().anyMatch(claim::restsOn)) {
                check(claim);
            }
        }
    }

    private void check(Claim claim) {
        authenticator.checkCached(claim).ifPresent(refusal -> {
            log.atInfo()
                    .addKeyValue("identity", claim.identity())
                    .addKeyValue("reason", refusal.reason())
                    .log("client may not stay connected");
            clients.disconnect(claim.identity(), refusal.reason());
        });
    }
}
