package kant.edgehub.auth;

import java.security.cert.X509Certificate;
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

/**
 * Decides whether a client may act as what it says it is (routing-and-store.md §9.1), from the scope cache alone where it can.
 *
 * <p>An identity that the cache does not have, or whose check fails, is asked for at the parent once; then the answer stands.
 * What no answer could change, such as an expired token, is refused without asking.
 */
public final class Authenticator {
    /** How wrong a client's clock may be. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private final ScopeCache cache;
    private final ScopeRefresher refresher;
    private final AuthChains chains;
    private final AuthRules rules;
    private final Time time;

    public Authenticator(ScopeCache cache, ScopeRefresher refresher, AuthChains chains, AuthRules rules, Time time) {
        this.cache = cache;
        this.refresher = refresher;
        this.chains = chains;
        this.rules = rules;
        this.time = time;
    }

    /** Completes where the claim is good, fails with {@link Refusal.Unauthorized} or {@link Refusal.Unavailable} else. */
    public CompletionStage<Void> check(Claim claim) {
        Optional<Refusal> hopeless = hopeless(claim);
        if (hopeless.isPresent()) {
            return refused(hopeless.get());
        }
        if (checkCached(claim).isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return refreshed(claim).handle((_, failure) -> failure).thenCompose(failure -> {
            Optional<Refusal> refusal = checkCached(claim);
            if (refusal.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            boolean known = cache.find(claim.identity()).isPresent()
                    && cache.find(claim.actor()).isPresent();
            if (failure == null || known) {
                return refused(refusal.get());
            }
            return refused(new Refusal.Unavailable(
                    "\"" + claim.identity() + "\" is not known here, and the parent cannot be asked for it now"));
        });
    }

    /** The check against what is known now, without asking the parent: for connected clients, at intervals. */
    public Optional<Refusal> checkCached(Claim claim) {
        Optional<Refusal> hopeless = hopeless(claim);
        if (hopeless.isPresent()) {
            return hopeless;
        }
        if (claim.onBehalf()) {
            Optional<Refusal> notAllowed =
                    chains.mayAct(claim.actor().device(), claim.identity()).or(() -> disabled(claim.identity()));
            if (notAllowed.isPresent()) {
                return notAllowed;
            }
        }
        return disabled(claim.actor()).or(() -> proved(claim.credential(), claim.actor()));
    }

    private CompletionStage<Void> refreshed(Claim claim) {
        if (claim.onBehalf()) {
            return refresher.refresh(claim.actor()).thenCompose(_ -> {
                IdentityId above = claim.authChain().get(1).device();
                return refresher.refresh(claim.identity(), chains.of(above).orElse(List.of()));
            });
        }
        return refresher.refresh(
                claim.identity(),
                chains.of(claim.identity()).map(AuthChains::above).orElse(List.of()));
    }

    /** What no answer of the parent could change. */
    private Optional<Refusal> hopeless(Claim claim) {
        if (claim.onBehalf() && !claim.authChain().getFirst().equals(claim.identity())) {
            return unauthorized(
                    "the auth chain " + claim.authChain() + " does not begin with \"" + claim.identity() + "\"");
        }
        return switch (claim.credential()) {
            case Credential.Token(SasToken token) -> {
                if (SasCheck.hasExpired(token, time.now(), SKEW)) {
                    yield unauthorized("the SAS token of \"" + claim.actor() + "\" expired at " + token.expires());
                }
                yield Optional.empty();
            }
            case Credential.Certificate(List<X509Certificate> chain) -> {
                if (!rules.certificates()) {
                    yield unauthorized("\"" + claim.identity()
                            + "\" came with a certificate only, and ClientCertAuthEnabled is false here");
                }
                yield chain.isEmpty() || claim.onBehalf()
                        ? unauthorized("\"" + claim.identity() + "\" cannot be proved by a certificate like this")
                        : Optional.empty();
            }
            case Credential.None _ -> unauthorized("\"" + claim.identity() + "\" came without a credential");
        };
    }

    private Optional<Refusal> disabled(IdentityId id) {
        ScopeIdentity known = cache.find(id).orElse(null);
        if (known == null) {
            return unauthorized("\"" + id
                    + "\" is not in the scope of this device; register it, or give it this device as its parent");
        }
        boolean deviceDisabled =
                cache.find(id.device()).filter(device -> !device.enabled()).isPresent();
        return !known.enabled() || deviceDisabled
                ? unauthorized("\"" + id + "\" is disabled in the registry")
                : Optional.empty();
    }

    private Optional<Refusal> proved(Credential credential, IdentityId id) {
        ScopeIdentity known = cache.find(id).orElse(null);
        if (known == null) {
            return disabled(id);
        }
        return switch (credential) {
            case Credential.Token(SasToken token) -> byToken(token, known);
            case Credential.Certificate(List<X509Certificate> chain) -> byCertificate(chain, known);
            case Credential.None _ -> unauthorized("\"" + id + "\" came without a credential");
        };
    }

    private Optional<Refusal> byToken(SasToken token, ScopeIdentity known) {
        IdentityId id = known.id();
        Optional<Refusal> own =
                known.proof().hasKeys() ? signed(token, id, known.proof()) : wrongKind(known, "a SAS token");
        Proof device = cache.find(id.device())
                .map(ScopeIdentity::proof)
                .filter(Proof::hasKeys)
                .orElse(null);
        if (own.isEmpty() || !id.isModule() || device == null) {
            return own;
        }
        boolean byDevice = signed(token, id, device).isEmpty()
                || signed(token, id.device(), device).isEmpty();
        return byDevice ? Optional.empty() : own;
    }

    private Optional<Refusal> byCertificate(List<X509Certificate> chain, ScopeIdentity known) {
        if (known.proof().byThumbprint()) {
            return CertificateCheck.byThumbprint(chain, known.proof(), time.now());
        }
        // a module has no name of its own that an authority could put into a certificate
        return known.proof().byAuthority() && !known.id().isModule()
                ? CertificateCheck.byAuthority(chain, known.id(), rules.roots().get(), time.now())
                : wrongKind(known, "a certificate");
    }

    private Optional<Refusal> signed(SasToken token, IdentityId audience, Proof keys) {
        return SasCheck.check(token, rules.hosts(), audience, keys.primaryKey(), keys.secondaryKey(), time.now(), SKEW);
    }

    private static Optional<Refusal> wrongKind(ScopeIdentity known, String shown) {
        return unauthorized("\"" + known.id() + "\" is registered with authentication type \""
                + known.proof().type() + "\", and came with " + shown);
    }

    private static Optional<Refusal> unauthorized(String reason) {
        return Optional.of(new Refusal.Unauthorized(reason));
    }

    private static CompletionStage<Void> refused(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal));
    }
}
