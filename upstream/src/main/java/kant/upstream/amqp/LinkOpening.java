package kant.upstream.amqp;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.apache.qpid.protonj2.engine.EventHandler;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;

/**
 * Attaches links and tells what the parent makes of it.
 *
 * @param limit how long the parent may take over one link
 * @param ended told where the parent detaches a link that it had taken
 */
record LinkOpening(EventLoop loop, Duration limit, Consumer<Refusal> ended) {

    /** Attaches a link; completes when the parent has taken it, fails with {@link RefusedException} where it does not. */
    <L extends Link<L>> CompletableFuture<Void> open(L link) {
        var opened = new CompletableFuture<Void>();
        var timer = loop.schedule(() -> timedOut(link, opened), limit.toNanos(), TimeUnit.NANOSECONDS);
        var _ = opened.whenComplete((_, _) -> timer.cancel(false));
        EventHandler<L> detached = gone -> detached(gone, opened);
        // a link that is refused is answered without its address first, and detached then (AMQP 1.0 §2.6.3)
        link.openHandler(open -> {
                    if (hasAddress(open)) {
                        opened.complete(null);
                    }
                })
                .closeHandler(detached)
                .detachHandler(detached)
                .open();
        return opened;
    }

    private <L extends Link<L>> void detached(L link, CompletableFuture<Void> opened) {
        if (link.isLocallyClosedOrDetached()) {
            return; // the answer to ours
        }
        Refusal refusal = Answers.refusal(link.getRemoteCondition());
        link.close();
        if (!opened.completeExceptionally(new RefusedException(refusal))) {
            ended.accept(refusal);
        }
    }

    private void timedOut(Link<?> link, CompletableFuture<Void> opened) {
        opened.completeExceptionally(new RefusedException(new Refusal.Unavailable(
                "the parent did not answer the link \"" + link.getName() + "\" within " + limit.toSeconds() + " s")));
    }

    private static boolean hasAddress(Link<?> link) {
        return switch (link) {
            case Sender sender -> sender.getRemoteTarget() != null;
            case Receiver receiver -> receiver.getRemoteSource() != null;
            default -> throw new AssertionError("a link is a sender or a receiver");
        };
    }
}
