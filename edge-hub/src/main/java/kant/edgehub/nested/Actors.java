package kant.edgehub.nested;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.edgehub.auth.AuthChains;
import kant.edgehub.auth.Authenticator;
import kant.edgehub.auth.Claim;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpCall;

/** Whether who asks is who it says it is, and may ask that. */
public final class Actors {
    /** The parent may have to be asked for an identity; longer than a connect attempt to it takes. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Authenticator authenticator;
    private final AuthChains chains;

    public Actors(Authenticator authenticator, AuthChains chains) {
        this.authenticator = authenticator;
        this.chains = chains;
    }

    /** Lets in who shows a token of this identity; refuses everybody else. */
    void authenticate(HttpCall call, IdentityId id) throws RefusedException {
        String token = call.header("authorization")
                .or(() -> call.parameter("Authorization"))
                .orElseThrow(() ->
                        new RefusedException(new Refusal.Unauthorized("the request has no Authorization header")));
        await(authenticator.check(new Claim(id, List.of(), new Credential.Token(SasToken.parse(token)))));
    }

    /** Lets in the hub of an edge device that may act for a target. */
    void authenticateHub(HttpCall call, IdentityId actor, IdentityId target) throws RefusedException {
        authenticate(call, IdentityId.module(actor.deviceId(), IdentityId.EDGE_HUB));
        mayAct(actor, target);
    }

    void mayAct(IdentityId actor, IdentityId target) throws RefusedException {
        Optional<Refusal> refusal = chains.mayAct(actor, target);
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
    }

    /** The ids of an {@code authChain} member, checked against who acts: it must be the last. */
    List<IdentityId> chain(String text, IdentityId actor) throws RefusedException {
        List<IdentityId> chain = AuthChains.parse(text);
        if (!chain.getLast().equals(actor)) {
            throw new RefusedException(new Refusal.Unauthorized(
                    "the auth chain \"" + text + "\" does not end with \"" + actor + "\", who asks"));
        }
        return chain;
    }

    /** Waits a bounded time. */
    static void await(CompletionStage<Void> stage) throws RefusedException {
        try {
            stage.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException _) {
            throw new RefusedException(new Refusal.Unavailable("the parent did not answer in time"));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException(new Refusal.Unavailable("the client has gone"));
        }
    }
}
