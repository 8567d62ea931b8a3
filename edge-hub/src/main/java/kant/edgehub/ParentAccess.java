package kant.edgehub;

import java.util.function.Function;
import kant.edgehub.auth.ScopeTokens;
import kant.edgehub.parent.Models;
import kant.model.identity.IdentityId;
import kant.upstream.Access;
import kant.upstream.TokenSource;
import kant.world.Time;

/**
 * How an identity comes in at the parent: with its own key where the scope has told one, else on this hub's word, for a
 * certificate cannot be shown by anybody but its owner.
 */
record ParentAccess(IdentityId hub, TokenSource ownTokens, Scope scope, Models models, Time time)
        implements Function<IdentityId, Access> {

    @Override
    public Access apply(IdentityId id) {
        if (id.equals(hub)) {
            return Access.own(id, ownTokens);
        }
        return credentials(id).announcing(models.of(id));
    }

    private Access credentials(IdentityId id) {
        var withKey = Access.own(id, new ScopeTokens(scope.cache(), id, time));
        if (scope.cache().signingKey(id).isPresent()) {
            return withKey;
        }
        return scope.chains()
                .of(id)
                .filter(chain -> chain.size() > 1)
                .map(chain -> Access.onBehalf(chain, ownTokens))
                .orElse(withKey); // which says, when it is tried, that no key is known
    }
}
