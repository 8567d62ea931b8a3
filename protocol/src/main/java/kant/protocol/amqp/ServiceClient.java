package kant.protocol.amqp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.head.Failures;
import kant.protocol.head.TokenWatch;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Strangers;
import kant.protocol.port.ServiceLink;
import kant.protocol.port.ServicePort;
import kant.protocol.port.ServiceSession;
import kant.protocol.sas.SasCheck;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service application on a connection (service-protocols.md §3): it sends to devices and hears what became of it. Its session is opened
 * by its first link with the token that was put for the hub itself, and closed with its last.
 */
@OnLoop
final class ServiceClient implements ServiceLink {
    private static final Logger log = LoggerFactory.getLogger(ServiceClient.class);

    private final ConnectionContext connection;
    private final ServicePort port;
    private final Tokens tokens;
    private final List<Link<?>> held = new ArrayList<>();
    private final List<Link<?>> links = new ArrayList<>();
    private boolean opening;
    private @Nullable ServiceSession session;
    private @Nullable FeedbackLink feedback;

    /** What came while no link for feedback was open; the hub hands over one batch at a time. */
    private FeedbackLink.@Nullable Batch parked;

    private @Nullable TokenWatch watch;

    ServiceClient(ConnectionContext connection, ServicePort port, Tokens tokens) {
        this.connection = connection;
        this.port = port;
        this.tokens = tokens;
    }

    /** A link that the peer wants to open. */
    void attach(Address.Kind kind, Link<?> link) throws RefusedException {
        if (link.isSender() != (kind == Address.Kind.FEEDBACK)) {
            throw new RefusedException(new Refusal.Invalid(
                    "applications send to /messages/devicebound and receive from /messages/servicebound/feedback"));
        }
        SasToken token = tokens.hub();
        if (token == null) {
            throw new RefusedException(
                    new Refusal.Unauthorized("no policy's token was put on this connection; put one on $cbs first"));
        }
        link.setLinkedResource((Runnable) () -> gone(link));
        if (session != null) {
            open(session, link);
            return;
        }
        held.add(link);
        if (!opening) {
            open(token);
        }
    }

    /** There may be room on the socket. */
    void ready() {
        if (feedback != null) {
            feedback.ready();
        }
    }

    /** The connection is gone. */
    void close() {
        held.clear();
        links.clear();
        endSession();
    }

    @Override
    public void feedback(long id, Instant enqueued, byte[] records) {
        connection.loop().run(() -> {
            var batch = new FeedbackLink.Batch(id, enqueued, records);
            if (feedback != null) {
                feedback.add(batch);
            } else {
                parked = batch;
            }
        });
    }

    @Override
    public void disconnect(String reason) {
        connection.loop().run(() -> end(new ErrorCondition(Conditions.DETACH_FORCED, reason)));
    }

    private void open(SasToken token) {
        opening = true;
        var _ = port.open(token, this)
                .whenComplete((opened, failure) -> connection.loop().run(() -> {
                    opening = false;
                    if (failure != null) {
                        refused(Failures.cause(failure));
                    } else if (held.isEmpty() || !connection.channel().isActive()) {
                        opened.close();
                    } else {
                        opened(opened, token);
                    }
                }));
    }

    private void opened(ServiceSession opened, SasToken token) {
        session = opened;
        Strangers.admit(connection.channel());
        var tokenWatch = new TokenWatch(
                connection.channel(),
                connection.head().time(),
                token,
                connection.head().config().tokenSkew(),
                this::expired);
        watch = tokenWatch;
        tokenWatch.look();
        List<Link<?>> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(link -> open(opened, link));
    }

    private void refused(Throwable cause) {
        Refusal refusal;
        if (cause instanceof RefusedException refused) {
            refusal = refused.refusal();
            log.atInfo().addKeyValue("reason", refusal.reason()).log("service application refused");
        } else {
            refusal = new Refusal.Unavailable("internal error");
            log.atError().setCause(cause).log("service application could not be let in");
        }
        held.forEach(link -> Links.refuse(link, refusal));
        held.clear();
    }

    private void open(ServiceSession in, Link<?> link) {
        if (!Links.isWanted(link)) {
            return;
        }
        links.add(link);
        if (link instanceof Receiver receiver) {
            new IncomingLink(connection, receiver, connection.limits().window(), new ServiceSends(connection, in))
                    .open(Links.sendsAsAsked(receiver));
        } else {
            FeedbackLink older = feedback;
            var newer = new FeedbackLink(connection, in, (Sender) link);
            feedback = newer;
            if (older != null) {
                older.close();
            }
            newer.open();
            if (parked != null) {
                newer.add(parked);
                parked = null;
            }
            in.subscribeFeedback();
        }
    }

    private void gone(Link<?> link) {
        held.remove(link);
        if (feedback != null && feedback.isOn(link)) {
            feedback.gone();
            feedback = null;
        }
        if (links.remove(link) && links.isEmpty()) {
            endSession();
        }
    }

    /** A newer token may have been put meanwhile: then the watch goes on with that. */
    private void expired() {
        SasToken newest = tokens.hub();
        if (newest != null
                && watch != null
                && !SasCheck.hasExpired(
                        newest,
                        connection.head().time().now(),
                        connection.head().config().tokenSkew())) {
            watch.renewed(newest);
            return;
        }
        end(new ErrorCondition(Conditions.UNAUTHORIZED, "the application's token expired and no newer one was put"));
        connection.channel().flush();
    }

    private void end(ErrorCondition condition) {
        List.copyOf(links).forEach(link -> Links.close(link, condition));
        links.clear();
        endSession();
    }

    private void endSession() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (feedback != null) {
            feedback.gone();
            feedback = null;
        }
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
