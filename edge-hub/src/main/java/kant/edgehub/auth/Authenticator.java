package kant.edgehub.auth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.sas.SasCheck;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a credential proves an identity (routing-and-store.md §9.1), from the scope cache alone where it can.
 *
 * <p>An identity that the cache does not have, or whose check fails, is asked for at the parent once; then the answer stands.
 * What no answer could change, such as an expired token, is refused without asking.
 */
public final class Authenticator {
    /** How wrong a client's clock may be. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private final ScopeCache cache;
    private final ScopeRefresher refresher;
    private final List<String> hosts;
    private final Time time;

    /** @param hosts the names a token's audience may begin with: the IoT hub's and this gateway's */
    public Authenticator(ScopeCache cache, ScopeRefresher refresher, List<String> hosts, Time time) {
        this.cache = cache;
        this.refresher = refresher;
        this.hosts = List.copyOf(hosts);
        this.time = time;
    }

    /** Completes where the credential is good, fails with {@link Refusal.Unauthorized} or {@link Refusal.Unavailable} else. */
    public CompletionStage<Void> check(Credential credential, IdentityId id) {
        Optional<Refusal> hopeless = hopeless(credential, id);
        if (hopeless.isPresent()) {
            return refused(hopeless.get());
        }
        if (checkCached(credential, id).isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return refresher.refresh(id).handle((_, failure) -> failure).thenCompose(failure -> {
            Optional<Refusal> refusal = checkCached(credential, id);
            if (refusal.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            boolean known = cache.find(id).isPresent();
            if (failure == null || known) {
                return refused(refusal.get());
            }
            return refused(new Refusal.Unavailable(
                    "\"" + id + "\" is not known here, and the parent cannot be asked for it now"));
        });
    }

    /** The check against what is known now, without asking the parent: for connected clients, at intervals. */
    public Optional<Refusal> checkCached(Credential credential, IdentityId id) {
        Optional<Refusal> hopeless = hopeless(credential, id);
        if (hopeless.isPresent()) {
            return hopeless;
        }
        ScopeIdentity known = cache.find(id).orElse(null);
        if (known == null) {
            return unauthorized("\"" + id
                    + "\" is not in the scope of this device; register it, or give it this device as its parent");
        }
        ScopeIdentity device = cache.find(id.device()).orElse(null);
        if (!known.enabled() || device != null && !device.enabled()) {
            return unauthorized("\"" + id + "\" is disabled in the registry");
        }
        return provedBy(((Credential.Token) credential).token(), known, device);
    }

    private Optional<Refusal> provedBy(SasToken token, ScopeIdentity known, @Nullable ScopeIdentity device) {
        Optional<Refusal> own = known.hasKeys()
                ? signed(token, known.id(), known)
                : unauthorized("\"" + known.id() + "\" is registered with authentication type \"" + known.type()
                        + "\", and came with a SAS token");
        if (own.isEmpty() || !known.id().isModule() || device == null || !device.hasKeys()) {
            return own;
        }
        boolean byDevice = signed(token, known.id(), device).isEmpty()
                || signed(token, device.id(), device).isEmpty();
        return byDevice ? Optional.empty() : own;
    }

    private Optional<Refusal> signed(SasToken token, IdentityId audience, ScopeIdentity keys) {
        return SasCheck.check(token, hosts, audience, keys.primaryKey(), keys.secondaryKey(), time.now(), SKEW);
    }

    /** What no answer of the parent could change. */
    private Optional<Refusal> hopeless(Credential credential, IdentityId id) {
        return switch (credential) {
            case Credential.Token(SasToken token) -> {
                if (token.expires().plus(SKEW).isBefore(time.now())) {
                    yield unauthorized("the SAS token of \"" + id + "\" expired at " + token.expires());
                }
                yield Optional.empty();
            }
            case Credential.Certificate _ ->
                unauthorized("\"" + id + "\" came with a certificate only: this hub takes SAS tokens");
            case Credential.None _ -> unauthorized("\"" + id + "\" came without a credential");
        };
    }

    private static Optional<Refusal> unauthorized(String reason) {
        return Optional.of(new Refusal.Unauthorized(reason));
    }

    private static CompletionStage<Void> refused(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal));
    }
}
