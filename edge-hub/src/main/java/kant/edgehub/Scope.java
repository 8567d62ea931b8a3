package kant.edgehub;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import kant.edgehub.auth.AuthChains;
import kant.edgehub.auth.AuthRules;
import kant.edgehub.auth.Authenticator;
import kant.edgehub.auth.ScopeCache;
import kant.edgehub.auth.ScopeRefresher;
import kant.edgehub.config.Doors;
import kant.edgehub.config.HubIdentity;
import kant.world.Time;

/**
 * The identities of this device's scope: how they are kept in step with the parent, how they stand below one another, and who
 * is one of them.
 */
record Scope(ScopeCache cache, ScopeRefresher refresher, AuthChains chains, Authenticator authenticator) {

    /** @param roots the trust bundle, as it is now */
    static Scope of(
            HubIdentity hub,
            Doors doors,
            ScopeCache cache,
            ScopeRefresher refresher,
            Supplier<List<X509Certificate>> roots,
            Time time) {
        var chains = new AuthChains(cache, hub.id().device());
        var rules = new AuthRules(List.of(hub.iotHub(), hub.gateway()), doors.clientCertificates(), roots);
        return new Scope(cache, refresher, chains, new Authenticator(cache, refresher, chains, rules, time));
    }
}
