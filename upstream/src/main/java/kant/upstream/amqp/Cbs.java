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
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.PutToken;
import kant.protocol.amqp.wire.SectionsCodec;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.types.messaging.Accepted;

/** The pair of links to {@code $cbs} of one connection, by which every token goes up (device-protocols.md §3.2). */
final class Cbs {
    /** Answers that may be on their way at once; put-tokens beyond it wait. */
    private static final int CREDIT = 100;

    private record Pending(String audience, String token, CompletableFuture<Void> done) {}

    private final EventLoop loop;
    private final Duration limit;
    private final Session session;
    private final Sender sender;
    private final Receiver receiver;
    private final Tags tags = new Tags();
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private final Map<String, Pending> sent = new HashMap<>();
    private long lastId;

    Cbs(Session session, EventLoop loop, Duration limit) {
        this.session = session;
        this.loop = loop;
        this.limit = limit;
        sender = session.sender("cbs-sender");
        receiver = session.receiver("cbs-receiver");
    }

    /** Opens the session and the links; {@code ended} is told where the parent ends one of them. */
    CompletableFuture<Void> open(LinkTerms terms, Consumer<String> ended) {
        session.closeHandler(_ -> ended.accept("the parent ended the session for tokens"));
        session.open();
        terms.apply(sender, PutToken.ADDRESS, "");
        terms.apply(receiver, PutToken.ADDRESS, "");
        sender.creditStateUpdateHandler(_ -> pump());
        receiver.deliveryReadHandler(this::answered);
        receiver.addCredit(CREDIT);
        Consumer<Refusal> lost = refusal -> ended.accept(refusal.reason());
        return CompletableFuture.allOf(
                LinkOpening.open(sender, loop, limit, lost), LinkOpening.open(receiver, loop, limit, lost));
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
        while (!waiting.isEmpty() && sender.getCredit() > 0 && sent.size() < CREDIT) {
            Pending request = waiting.remove();
            String id = Long.toString(++lastId);
            sent.put(id, request);
            var timer = loop.schedule(() -> timedOut(id), limit.toNanos(), TimeUnit.NANOSECONDS);
            var _ = request.done().whenComplete((_, _) -> timer.cancel(false));
            var delivery = sender.next();
            delivery.setTag(tags.next());
            // the answer counts, not the disposition
            delivery.settle();
            delivery.writeBytes(
                    SectionsCodec.encode(new PutToken(id, request.audience(), request.token()).sections()));
        }
    }

    private void answered(IncomingDelivery delivery) {
        if (delivery.isPartial()) {
            return;
        }
        try {
            PutToken.Answer answer = PutToken.Answer.read(SectionsCodec.decode(delivery.readAll()));
            Pending request = sent.remove(answer.requestId());
            if (request != null) {
                complete(request, answer);
            }
        } catch (MalformedMessage e) {
            throw new ParentFault("an answer of $cbs is unreadable: " + e.what());
        }
        delivery.disposition(Accepted.getInstance(), true);
        receiver.addCredit(1);
        pump();
    }

    private static void complete(Pending request, PutToken.Answer answer) {
        Refusal refusal = Answers.tokenRefusal(request.audience(), answer.status(), answer.description());
        if (refusal == null) {
            request.done().complete(null);
        } else {
            request.done().completeExceptionally(new RefusedException(refusal));
        }
    }

    private void timedOut(String id) {
        Pending request = sent.remove(id);
        if (request != null) {
            request.done()
                    .completeExceptionally(new RefusedException(new Refusal.Unavailable("the parent did not answer the"
                            + " token of \"" + request.audience() + "\" within " + limit.toSeconds() + " s")));
        }
    }
}
