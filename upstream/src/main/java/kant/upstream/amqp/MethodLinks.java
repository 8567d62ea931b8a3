package kant.upstream.amqp;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.MethodRequest;
import kant.protocol.amqp.wire.MethodResponse;
import kant.protocol.amqp.wire.SectionsCodec;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pair of links by which the parent calls an identity's direct methods. Owned by the event loop. */
final class MethodLinks {
    private static final Logger log = LoggerFactory.getLogger(MethodLinks.class);

    private static final int CREDIT = 100;

    /** Answers that may wait for credit; callers of further ones time out. */
    private static final int MOST_WAITING = 256;

    /** The request does not say how long the caller waits: as long as the longest call, and a little (edgeHub's 5 min 30 s). */
    private static final Duration METHOD_TIMEOUT = Duration.ofSeconds(330);

    private final IdentityId id;
    private final Sender sender;
    private final Receiver receiver;
    private final SettledSender answers;
    private final IdentityLinks.Owner owner;

    MethodLinks(IdentityId id, Sender sender, Receiver receiver, IdentityLinks.Owner owner) {
        this.id = id;
        this.sender = sender;
        this.receiver = receiver;
        this.owner = owner;
        answers = new SettledSender(sender, MOST_WAITING);
    }

    CompletableFuture<Void> open(LinkOpening opening) {
        receiver.deliveryReadHandler(this::called);
        var both = CompletableFuture.allOf(opening.open(sender), opening.open(receiver));
        receiver.addCredit(CREDIT);
        return both;
    }

    /** Answers a call; what names no call is dropped. */
    void answer(String requestId, MethodResult result) {
        UUID correlation;
        try {
            correlation = UUID.fromString(requestId);
        } catch (IllegalArgumentException _) {
            return; // an id that no call from here had
        }
        if (!answers.send(new MethodResponse(correlation, result.status(), result.payload()).write())) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("request", requestId)
                    .log("the answer to a method was dropped, the parent takes none at present");
        }
    }

    void close() {
        sender.close();
        receiver.close();
    }

    private void called(IncomingDelivery delivery) {
        if (!Deliveries.complete(delivery)) {
            return;
        }
        try {
            MethodRequest request = MethodRequest.read(SectionsCodec.decode(delivery.readAll()));
            owner.listener()
                    .invoke(new MethodCall(
                            request.correlationId().toString(), request.name(), request.payload(), METHOD_TIMEOUT));
        } catch (MalformedMessage e) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", e.what())
                    .log("a method call from the parent is unreadable, dropped");
        }
        delivery.disposition(Accepted.getInstance(), true);
        receiver.addCredit(1);
    }
}
