package kant.upstream.amqp;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kant.model.identity.IdentityId;
import kant.upstream.Access;
import kant.upstream.TokenSource;

/** The tokens that the parent holds on one connection, each once, however many come in by it. Owned by the event loop. */
final class Tokens {
    /** A signer's tokens from another source, such as a newer key, are other tokens. */
    private record Key(IdentityId signer, TokenSource source) {}

    private final AmqpParts parts;
    private final AmqpConnection connection;
    private final Map<Key, HeldToken> held = new HashMap<>();

    Tokens(AmqpParts parts, AmqpConnection connection) {
        this.parts = parts;
        this.connection = connection;
    }

    /** Completes when the parent has taken the identity's token; from then on it is renewed until {@link #letGo}. */
    CompletableFuture<Void> hold(Access access, HeldToken.Holder holder) {
        HeldToken token = held.get(key(access));
        if (token == null) {
            token = new HeldToken(
                    parts, connection, access.tokens(), parts.parent().audience(access.signer()));
            held.put(key(access), token);
            token.start();
        }
        token.add(holder);
        return token.taken();
    }

    /** The opposite; the last to let go ends it. */
    void letGo(Access access, HeldToken.Holder holder) {
        HeldToken token = held.get(key(access));
        if (token != null && token.remove(holder)) {
            held.remove(key(access));
            token.end();
        }
    }

    /** The connection is gone. */
    void end() {
        held.values().forEach(HeldToken::end);
        held.clear();
    }

    private static Key key(Access access) {
        return new Key(access.signer(), access.tokens());
    }
}
