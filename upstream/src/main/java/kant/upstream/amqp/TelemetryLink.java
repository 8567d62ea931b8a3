package kant.upstream.amqp;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.amqp.wire.Telemetry;
import kant.upstream.budget.Budget;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

/**
 * An identity's telemetry on one connection, in order: what the parent gives credit for is on the wire, what more the window
 * allows waits. Owned by the event loop.
 */
final class TelemetryLink {
    private final AmqpParts parts;
    private final EventLoop loop;
    private final AmqpLinkConfig config;
    private final Budget budget;
    private final EngineChannel bytes;
    private final Sender sender;
    private final LinkWriter writer;
    private final Consumer<String> stalled;
    private final Deque<Outgoing> waiting = new ArrayDeque<>();

    /** In the order sent, from the oldest that is not answered. */
    private final Deque<Outgoing> sent = new ArrayDeque<>();

    private int unanswered;

    /** It waits for the budget. */
    private boolean resting;

    private Runnable drained = () -> {};
    private long lastAnswer;
    private @Nullable Future<?> patience;

    /** @param stalled told where the parent answers nothing for too long */
    TelemetryLink(Sender sender, AmqpParts parts, EngineChannel bytes, Consumer<String> stalled) {
        this.sender = sender;
        this.parts = parts;
        loop = parts.home();
        config = parts.config();
        budget = parts.budget();
        this.bytes = bytes;
        this.stalled = stalled;
        writer = new LinkWriter(sender);
    }

    CompletableFuture<Void> open(LinkOpening opening) {
        sender.creditStateUpdateHandler(_ -> pump());
        sender.deliveryStateUpdatedHandler(this::answered);
        return opening.open(sender);
    }

    /** Takes a message, or refuses it where the window is full. */
    void send(Outgoing message) {
        if (waiting.size() + unanswered >= config.window()) {
            message.fail(new Refusal.LimitExceeded(config.window() + " messages wait for the parent already"));
            return;
        }
        waiting.add(message);
        pump();
    }

    /** Puts on the wire what there is credit and room for; called again when there is more of either. */
    void pump() {
        while (!waiting.isEmpty() && unanswered < config.inFlight() && bytes.hasRoom() && writer.ready()) {
            if (!budget.open()) {
                waitForBudget();
                return;
            }
            Outgoing next = waiting.remove();
            if (patience == null) {
                lastAnswer = now();
                watch();
            }
            sent.add(next);
            unanswered++;
            writer.write(SectionsCodec.encode(Telemetry.write(next.message()))).setLinkedResource(next);
            if (budget.limits().any()) {
                bytes.flush(); // so that the budget knows what it cost before the next one
            }
        }
    }

    private void waitForBudget() {
        if (!resting) {
            resting = true;
            budget.whenOpen(() -> parts.onHome(() -> {
                resting = false;
                pump();
            }));
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty() && unanswered == 0;
    }

    /** Runs this whenever nothing is unfinished any more. */
    void onDrained(Runnable action) {
        drained = action;
    }

    /** The link is gone: everything fails, in the order it was sent. */
    void failAll(Refusal refusal) {
        if (patience != null) {
            patience.cancel(false);
        }
        List<Outgoing> all = new ArrayList<>(sent);
        all.addAll(waiting);
        sent.clear();
        waiting.clear();
        unanswered = 0;
        all.forEach(message -> message.fail(refusal));
    }

    private void answered(OutgoingDelivery delivery) {
        DeliveryState state = delivery.getRemoteState();
        if (state == null && !delivery.isRemotelySettled()) {
            return;
        }
        lastAnswer = now();
        Outgoing message = delivery.getLinkedResource();
        delivery.settle();
        if (message != null && message.answer()) {
            unanswered--;
            while (!sent.isEmpty() && sent.peek().isAnswered()) {
                sent.remove();
            }
            complete(message, state);
        }
        pump();
        if (isEmpty()) {
            drained.run();
        }
    }

    private static void complete(Outgoing message, @Nullable DeliveryState state) {
        if (state instanceof Accepted) {
            message.done().complete(null);
        } else if (state instanceof Rejected rejected) {
            message.fail(Answers.refusal(rejected.getError()));
        } else {
            message.fail(new Refusal.Unavailable("the parent gave the message back, to be sent again"));
        }
    }

    /** One timer while something is unanswered: a parent that answers nothing at all is as good as gone. */
    private void watch() {
        long limit = config.answer().toNanos();
        patience = loop.schedule(this::check, Math.max(lastAnswer + limit - now(), 1), TimeUnit.NANOSECONDS);
    }

    private void check() {
        patience = null;
        if (unanswered == 0) {
            return;
        }
        if (now() - lastAnswer >= config.answer().toNanos()) {
            stalled.accept("the parent did not acknowledge a message within "
                    + config.answer().toSeconds() + " s");
        } else {
            watch();
        }
    }

    private long now() {
        return loop.ticker().nanoTime();
    }
}
