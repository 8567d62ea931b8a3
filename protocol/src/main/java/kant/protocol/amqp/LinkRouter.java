package kant.protocol.amqp;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.amqp.wire.Address;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.OnLoop;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.LinkState;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.jspecify.annotations.Nullable;

/** Sends each link that a peer opens to whom its address belongs, and tells them when it ends. A peer has a bounded number of links. */
@OnLoop
final class LinkRouter {
    private final ConnectionContext connection;
    private final Tokens tokens;
    private final CbsNode cbs;
    private final Clients clients;
    private final @Nullable ServiceClient service;
    private final Set<Link<?>> links = Collections.newSetFromMap(new IdentityHashMap<>());

    LinkRouter(
            ConnectionContext connection,
            Tokens tokens,
            CbsNode cbs,
            Clients clients,
            @Nullable ServiceClient service) {
        this.connection = connection;
        this.tokens = tokens;
        this.cbs = cbs;
        this.clients = clients;
        this.service = service;
    }

    /** The peer wants to open a link; it is answered now or later. */
    void opened(Link<?> link) throws ProtocolViolation {
        if (link.getState() != LinkState.IDLE) {
            throw new ProtocolViolation("a link is attached twice");
        }
        links.add(link);
        link.closeHandler(connection.guarded(_ -> ended(link)));
        link.detachHandler(connection.guarded(_ -> ended(link)));
        try {
            int most = AmqpLimits.LINKS + AmqpLimits.LINKS_PER_TOKEN * (tokens.size() + clients.size());
            if (links.size() > most) {
                throw new RefusedException(new Refusal.LimitExceeded("this connection has " + most + " links"));
            }
            route(link, Address.parse(Links.address(link)));
        } catch (RefusedException refused) {
            Links.refuse(link, refused.refusal());
        }
    }

    /** The peer ended a session, and all links on it. */
    void ended(Session session) {
        List.copyOf(links).stream().filter(link -> link.getSession() == session).forEach(this::ended);
    }

    private void ended(Link<?> link) {
        if (!links.remove(link)) {
            return;
        }
        Runnable gone = link.getLinkedResource(Runnable.class);
        link.setLinkedResource(null);
        if (gone != null) {
            gone.run();
        }
        Links.answerEnd(link);
    }

    private void route(Link<?> link, Address address) throws RefusedException {
        IdentityId identity = address.identity();
        if (identity != null) {
            clients.attach(identity, LinkKind.of(address, link.isSender()), link);
        } else if (address.kind() == Address.Kind.CBS) {
            if (link instanceof Sender sender) {
                cbs.open(sender);
            } else {
                cbs.open((Receiver) link);
            }
        } else if (service != null) {
            service.attach(address.kind(), link);
        } else {
            throw new RefusedException(
                    new Refusal.NotFound("service applications are not served here, only by an IoT hub"));
        }
    }
}
