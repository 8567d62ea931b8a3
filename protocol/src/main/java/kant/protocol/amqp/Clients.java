package kant.protocol.amqp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.amqp.wire.WireNames;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Strangers;
import kant.protocol.port.ClientInfo;
import kant.protocol.sas.SasCheck;
import org.apache.qpid.protonj2.engine.Link;
import org.jspecify.annotations.Nullable;

/** The identities on one connection, each with a session of its own, opened by its first link. */
@OnLoop
final class Clients implements CbsNode.Holder, Client.Owner {
    private final ConnectionContext connection;
    private final Tokens tokens;
    private final Consumer<String> lastEnded;
    private final Map<IdentityId, Client> clients = new HashMap<>();

    /** @param lastEnded runs with the reason when the hub or the clock has ended the last client */
    Clients(ConnectionContext connection, Tokens tokens, Consumer<String> lastEnded) {
        this.connection = connection;
        this.tokens = tokens;
        this.lastEnded = lastEnded;
    }

    int size() {
        return clients.size();
    }

    @Override
    public CompletionStage<Void> put(String text) throws RefusedException {
        SasToken token = SasToken.parse(text);
        var now = connection.head().time().now();
        var skew = connection.head().config().tokenSkew();
        if (SasCheck.hasExpired(token, now, skew)) {
            throw new RefusedException(new Refusal.Unauthorized("the SAS token expired at " + token.expires()
                    + ", it is " + now + "; make a new one, and check both clocks"));
        }
        IdentityId subject = Tokens.subject(token);
        List<Client> renewed = subject == null ? List.of() : provedBy(subject);
        if (renewed.isEmpty()) {
            tokens.expire(now, skew);
            tokens.put(subject, token, text.length());
            return CompletableFuture.completedFuture(null);
        }
        return renew(renewed, new Credential.Token(token))
                .thenAccept(_ -> connection.loop().run(() -> keep(subject, token, text.length())));
    }

    /** A token that renewed a client that is in: the hub has looked at it. */
    private void keep(@Nullable IdentityId subject, SasToken token, int length) {
        try {
            tokens.put(subject, token, length);
        } catch (RefusedException _) {
            // it has no place for later links; those that are open have been renewed
        }
    }

    private CompletionStage<Void> renew(List<Client> renewed, Credential.Token token) {
        return CompletableFuture.allOf(renewed.stream()
                .map(client -> client.renew(token).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private List<Client> provedBy(IdentityId subject) {
        List<Client> proved = new ArrayList<>();
        for (Client client : clients.values()) {
            if (subject.equals(client.proof().tokenOf())) {
                proved.add(client);
            }
        }
        return proved;
    }

    /** A link of an identity: its client's, or the first of a new client. */
    void attach(IdentityId identity, LinkKind kind, Link<?> link) throws RefusedException {
        Client client = clients.get(identity);
        if (client != null) {
            client.attach(kind, link);
            return;
        }
        List<IdentityId> chain = authChain(link);
        Proof proof = tokens.proof(identity, chain);
        if (proof == null) {
            throw new RefusedException(new Refusal.Unauthorized(
                    "nothing was shown on this connection for \"" + identity + "\"; put its token on $cbs first"));
        }
        if (!connection.head().admission().enter(identity)) {
            throw new RefusedException(new Refusal.LimitExceeded(
                    "all " + connection.head().config().maxClients() + " places for clients are taken"));
        }
        var info = new ClientInfo(
                identity,
                Links.property(link, WireNames.CLIENT_VERSION),
                Links.property(link, WireNames.MODEL_ID),
                chain,
                false,
                connection.protocol());
        var entered = new Client(connection, info, proof, this);
        clients.put(identity, entered);
        entered.attach(kind, link);
        entered.open();
    }

    /** There may be room on the socket. */
    void ready() {
        List.copyOf(clients.values()).forEach(Client::ready);
    }

    /** The connection is gone. */
    void close() {
        List.copyOf(clients.values()).forEach(client -> client.end(null, null));
    }

    @Override
    public void ended(Client client, @Nullable String reason) {
        if (clients.remove(client.identity(), client)) {
            connection.head().admission().leave(client.identity());
        }
        if (!clients.isEmpty() || !connection.channel().isOpen()) {
            return;
        }
        Strangers.estrange(connection.channel());
        if (reason != null) {
            lastEnded.accept(reason);
        }
    }

    private static List<IdentityId> authChain(Link<?> link) throws RefusedException {
        String text = Links.property(link, WireNames.AUTH_CHAIN);
        if (text.isEmpty()) {
            return List.of();
        }
        List<IdentityId> chain = new ArrayList<>();
        try {
            for (String id : text.split(";", -1)) {
                chain.add(IdentityId.parse(id));
            }
        } catch (IllegalArgumentException _) {
            throw new RefusedException(
                    new Refusal.Invalid("the auth chain is not a list of ids with \";\" between them"));
        }
        return chain;
    }
}
