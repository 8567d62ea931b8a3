package kant.upstream.amqp;

import java.util.Locale;
import kant.model.identity.IdentityId;
import kant.protocol.amqp.wire.Address;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;

/** Makes the links of one identity's session, each under a name that no other link has, on any connection. */
final class SessionLinks {
    private final Session session;
    private final IdentityId id;
    private final LinkTerms terms;
    private final String suffix;
    private int made;

    /** @param unique tells this session's names from those of all others */
    SessionLinks(Session session, IdentityId id, LinkTerms terms, String unique) {
        this.session = session;
        this.id = id;
        this.terms = terms;
        suffix = "-" + id.text() + "-" + unique;
    }

    Sender sender(Address.Kind kind, SenderSettleMode mode, String channel) {
        Sender sender = session.sender("sender-" + name(kind));
        terms.apply(sender, Address.of(kind, id), mode, channel);
        return sender;
    }

    Receiver receiver(Address.Kind kind, SenderSettleMode mode, String channel) {
        Receiver receiver = session.receiver("receiver-" + name(kind));
        terms.apply(receiver, Address.of(kind, id), mode, channel);
        return receiver;
    }

    private String name(Address.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT) + suffix + "-" + ++made;
    }
}
