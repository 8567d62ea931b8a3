package kant.edgehub.auth;

import java.io.IOException;
import java.util.Optional;
import kant.model.identity.IdentityId;
import kant.upstream.TokenSource;
import kant.world.Time;

/** Tokens for the parent, made on behalf of a client with its key from the scope cache, as the key is when it is needed. */
public final class ScopeTokens implements TokenSource {
    private final ScopeCache cache;
    private final IdentityId id;
    private final Time time;

    public ScopeTokens(ScopeCache cache, IdentityId id, Time time) {
        this.cache = cache;
        this.id = id;
        this.time = time;
    }

    @Override
    public String token(String audience) throws IOException {
        Optional<String> key = cache.signingKey(id);
        if (key.isEmpty()) {
            throw new IOException(
                    "no key of \"" + id + "\" is known here, so nothing can be sent to the parent in its name");
        }
        return TokenSource.ofKey(key.get(), time).token(audience);
    }
}
