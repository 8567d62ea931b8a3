package kant.edgehub.outbox;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import kant.edgehub.parent.Attachments;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Target;
import kant.store.Entry;
import kant.upstream.UpstreamIdentity;
import kant.upstream.budget.Budget;

/**
 * The parent hub. Each message goes up as its sender, over the sender's own attachment: a lane per sender, many messages under
 * way at once, so that a sender whose attachment fails does not hold back the others.
 */
final class UpstreamEndpoint implements Endpoint {
    static final String SENDER_UNKNOWN = "sender-unknown";
    static final String REFUSED_BY_PARENT = "refused-by-parent";
    static final String TOO_LARGE = "too-large-for-parent";

    /** What one sender may have under way where a limit makes messages wait: what is more urgent comes right behind it. */
    private static final int LIMITED_WINDOW = 16;

    private static final long LEAST_AHEAD_BYTES = 4096;

    private final Attachments attachments;
    private final Predicate<IdentityId> surelyUnknown;
    private final Budget budget;
    private final Runnable wake;
    private final AtomicBoolean quiet = new AtomicBoolean();

    /**
     * @param surelyUnknown whether the parent has said that there is no such identity: nobody can sign for it
     * @param budget what may go up now
     * @param wake run when quiet hours are over
     */
    UpstreamEndpoint(Attachments attachments, Predicate<IdentityId> surelyUnknown, Budget budget, Runnable wake) {
        this.attachments = attachments;
        this.surelyUnknown = surelyUnknown;
        this.budget = budget;
        this.wake = wake;
    }

    @Override
    public String name() {
        return Target.UPSTREAM;
    }

    @Override
    public boolean prompt() {
        return false; // the first message of a sender attaches it, which may take a while
    }

    @Override
    public boolean open() {
        if (!budget.quiet()) {
            return attachments.linkUp();
        }
        if (!quiet.getAndSet(true)) {
            budget.whenOpen(() -> {
                quiet.set(false);
                wake.run();
            });
        }
        return false;
    }

    @Override
    public long aheadBytes() {
        OptionalLong rate = budget.limits().bytesPerSecond();
        return rate.isPresent() ? Math.clamp(rate.getAsLong(), LEAST_AHEAD_BYTES, Outbox.MAX_BYTES) : Outbox.MAX_BYTES;
    }

    @Override
    public IdentityId lane(Entry entry) {
        return entry.message().sender();
    }

    @Override
    public boolean reserve(IdentityId lane, int underWay) {
        if (surelyUnknown.test(lane)) {
            return true;
        }
        UpstreamIdentity upstream = attachments.of(lane);
        int window = budget.limits().bytesPerSecond().isPresent()
                ? Math.min(LIMITED_WINDOW, upstream.window())
                : upstream.window();
        return upstream.up() && underWay < window;
    }

    @Override
    public CompletionStage<Fate> send(Entry entry) {
        IdentityId sender = entry.message().sender();
        if (surelyUnknown.test(sender)) {
            return CompletableFuture.completedFuture(new Fate.Dropped(SENDER_UNKNOWN));
        }
        return attachments.of(sender).send(entry.message()).handle((_, failure) -> {
            if (failure == null) {
                return Fate.DELIVERED;
            }
            return fate(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        });
    }

    private static Fate fate(Throwable failure) {
        if (!(failure instanceof RefusedException refused)) {
            return new Fate.Retry(String.valueOf(failure.getMessage()));
        }
        Refusal refusal = refused.refusal();
        return switch (refusal) {
            case Refusal.Invalid _ -> new Fate.Dropped(REFUSED_BY_PARENT);
            case Refusal.TooLarge _ -> new Fate.Dropped(TOO_LARGE);
            case Refusal.Unauthorized _,
                    Refusal.NotFound _,
                    Refusal.AlreadyExists _,
                    Refusal.PreconditionFailed _,
                    Refusal.StoreFull _,
                    Refusal.LimitExceeded _,
                    Refusal.NotConnected _,
                    Refusal.TimedOut _,
                    Refusal.Unavailable _ -> new Fate.Retry(refusal.reason());
        };
    }
}
