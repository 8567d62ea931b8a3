package kant.upstream.amqp;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.CbsReply;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.PutToken;
import kant.protocol.amqp.wire.SectionsCodec;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;

/**
 * The pair of links to {@code $cbs} of one connection, by which every token goes up (device-protocols.md §3.2). A bounded
 * number is on its way at a time; there are never more in all than identities.
 */
final class Cbs {
    /** Answers that may be on their way at once. */
    private static final int MOST_SENT = 100;

    private static final Address ADDRESS = new Address(Address.Kind.CBS, null);

    private record Pending(String audience, String token, CompletableFuture<Void> done) {}

    private final EventLoop loop;
    private final Duration limit;
    private final Session session;
    private final Sender sender;
    private final Receiver receiver;
    private final LinkWriter writer;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private final Map<String, Pending> sent = new HashMap<>();
    private long lastId;

    Cbs(Session session, EventLoop loop, Duration limit) {
        this.session = session;
        this.loop = loop;
        this.limit = limit;
        sender = session.sender("cbs-sender");
        receiver = session.receiver("cbs-receiver");
        writer = new LinkWriter(sender);
    }

    /** Opens the session and the links; {@code ended} is told where the parent ends one of them. */
    CompletableFuture<Void> open(LinkTerms terms, Consumer<String> ended) {
        session.closeHandler(_ -> ended.accept("the parent ended the session for tokens"));
        session.open();
        terms.apply(sender, ADDRESS, SenderSettleMode.MIXED, "");
        terms.apply(receiver, ADDRESS, SenderSettleMode.MIXED, "");
        sender.creditStateUpdateHandler(_ -> pump());
        receiver.deliveryReadHandler(this::answered);
        var opening = new LinkOpening(loop, limit, refusal -> ended.accept("$cbs: " + refusal.reason()));
        var both = CompletableFuture.allOf(opening.open(sender), opening.open(receiver));
        receiver.addCredit(MOST_SENT);
        return both;
    }

    /**
     * Puts a token; fails with {@link RefusedException}, {@link Refusal.Unavailable} where it may be tried again.
     *
     * @param audience what the token is for
     */
    CompletableFuture<Void> put(String audience, String token) {
        var request = new Pending(audience, token, new CompletableFuture<>());
        waiting.add(request);
        pump();
        return request.done();
    }

    /** The connection is gone. */
    void failAll(Refusal refusal) {
        List<Pending> all = new ArrayList<>(sent.values());
        all.addAll(waiting);
        sent.clear();
        waiting.clear();
        all.forEach(request -> request.done().completeExceptionally(new RefusedException(refusal)));
    }

    private void pump() {
        while (sent.size() < MOST_SENT && writer.ready() && !waiting.isEmpty()) {
            Pending request = waiting.remove();
            String id = Long.toString(++lastId);
            sent.put(id, request);
            var timer = loop.schedule(() -> timedOut(id), limit.toNanos(), TimeUnit.NANOSECONDS);
            var _ = request.done().whenComplete((_, _) -> timer.cancel(false));
            writer.writeSettled(SectionsCodec.encode(new PutToken(id, request.audience(), request.token()).write()));
        }
    }

    private void answered(IncomingDelivery delivery) {
        if (!Deliveries.complete(delivery)) {
            return;
        }
        try {
            CbsReply reply = CbsReply.read(SectionsCodec.decode(delivery.readAll()));
            Pending request = sent.remove(String.valueOf(reply.correlationId()));
            if (request != null && reply.isTaken()) {
                request.done().complete(null);
            } else if (request != null) {
                request.done()
                        .completeExceptionally(new RefusedException(Answers.tokenRefused(request.audience(), reply)));
            }
        } catch (MalformedMessage e) {
            throw new ParentFault("an answer of $cbs is unreadable: " + e.what());
        }
        delivery.disposition(Accepted.getInstance(), true);
        receiver.addCredit(1);
        pump();
    }

    private void timedOut(String id) {
        Pending request = sent.remove(id);
        if (request != null) {
            request.done()
                    .completeExceptionally(new RefusedException(new Refusal.Unavailable("the parent did not answer the"
                            + " token of \"" + request.audience() + "\" within " + limit.toSeconds() + " s")));
            pump();
        }
    }
}
