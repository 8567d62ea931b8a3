package kant.upstream.amqp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinProperties;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.amqp.wire.TwinReply;
import kant.protocol.amqp.wire.TwinRequest;
import kant.upstream.drive.TwinJson;
import kant.upstream.drive.TwinRequests;
import kant.upstream.drive.TwinRequests.Started;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pair of links to an identity's twin: requests, their answers, changes of desired properties. Owned by the event loop. */
final class TwinLinks {
    private static final Logger log = LoggerFactory.getLogger(TwinLinks.class);

    private static final int CREDIT = 100;
    private static final byte[] NOTHING = new byte[0];

    private final IdentityId id;
    private final Sender sender;
    private final Receiver receiver;
    private final IdentityLinks.Owner owner;
    private final TwinRequests requests;
    private final SettledSender questions;
    private boolean telling;

    TwinLinks(
            IdentityId id,
            Sender sender,
            Receiver receiver,
            EventLoop loop,
            Duration limit,
            IdentityLinks.Owner owner) {
        this.id = id;
        this.sender = sender;
        this.receiver = receiver;
        this.owner = owner;
        requests = new TwinRequests(loop, limit);
        questions = new SettledSender(sender, TwinRequests.MOST);
    }

    CompletableFuture<Void> open(LinkOpening opening) {
        receiver.deliveryReadHandler(this::received);
        var both = CompletableFuture.allOf(opening.open(sender), opening.open(receiver));
        receiver.addCredit(CREDIT);
        return both;
    }

    CompletableFuture<TwinProperties> get() {
        return ask(TwinRequest.Operation.GET, NOTHING, requests::get);
    }

    CompletableFuture<OptionalLong> patch(ObjectNode changes) {
        return ask(TwinRequest.Operation.PATCH, TwinJson.bytes(changes), requests::patch);
    }

    /** Asks to be told of changes of desired properties. */
    CompletableFuture<Void> subscribe() {
        telling = true;
        return ask(TwinRequest.Operation.PUT, NOTHING, requests::patch).thenRun(() -> {});
    }

    /** The opposite; nothing is told any more, whatever the parent answers. */
    CompletableFuture<Void> unsubscribe() {
        telling = false;
        return ask(TwinRequest.Operation.DELETE, NOTHING, requests::patch).thenRun(() -> {});
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    void failAll(Refusal refusal) {
        requests.failAll(refusal);
    }

    /** Something that can be refused, for there are too many already. */
    private interface Expect<T> {
        Started<T> start() throws RefusedException;
    }

    private <T> CompletableFuture<T> ask(TwinRequest.Operation operation, byte[] payload, Expect<T> expect) {
        try {
            Started<T> request = expect.start();
            questions.send(new TwinRequest(operation, request.requestId(), payload).write());
            return request.result();
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void received(IncomingDelivery delivery) {
        if (!Deliveries.complete(delivery)) {
            return;
        }
        try {
            TwinReply reply = TwinReply.read(SectionsCodec.decode(delivery.readAll()));
            if (!reply.isChange()) {
                requests.replied(
                        String.valueOf(reply.correlationId()), reply.status(), reply.version(), reply.payload());
            } else if (telling) {
                owner.listener().desired(TwinJson.patch(reply.payload(), reply.version()));
            }
        } catch (MalformedMessage | IOException e) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("what the parent sent of a twin is unreadable, dropped");
        }
        delivery.disposition(Accepted.getInstance(), true);
        receiver.addCredit(1);
    }
}
