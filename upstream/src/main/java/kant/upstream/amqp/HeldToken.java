package kant.upstream.amqp;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.upstream.TokenSource;
import kant.world.Tasks.Cancellable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One token that the parent holds on one connection: put when first needed, and put again before it expires, with nothing else
 * touched by that. Shared by all who come in by it. Owned by the event loop.
 */
final class HeldToken {
    private static final Logger log = LoggerFactory.getLogger(HeldToken.class);

    /** Who comes in by it. */
    interface Holder {
        /** It could not be renewed and has expired. */
        void tokenLost(String reason);

        /** The parent does not take it any more. */
        void tokenRefused(Refusal refusal);
    }

    private final AmqpParts parts;
    private final AmqpConnection connection;
    private final TokenSource source;
    private final String audience;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final Set<Holder> holders = new LinkedHashSet<>();

    private Instant expires = Instant.MIN;
    private int failures;
    private boolean ended;
    private @Nullable Cancellable making;
    private @Nullable Future<?> renewal;

    HeldToken(AmqpParts parts, AmqpConnection connection, TokenSource source, String audience) {
        this.parts = parts;
        this.connection = connection;
        this.source = source;
        this.audience = audience;
    }

    /** Makes and puts the first one. */
    void start() {
        make();
    }

    /** Completes when the first one was taken; fails with {@link RefusedException}. */
    CompletableFuture<Void> taken() {
        return first;
    }

    void add(Holder holder) {
        holders.add(holder);
    }

    /** Whether nobody holds it any more. */
    boolean remove(Holder holder) {
        holders.remove(holder);
        return holders.isEmpty();
    }

    /** Stops renewing. */
    void end() {
        ended = true;
        if (making != null) {
            making.cancel();
        }
        if (renewal != null) {
            renewal.cancel(false);
        }
    }

    private void make() {
        making = parts.tasks().spawn("token " + audience, () -> {
            try {
                String token = source.token(audience);
                Instant expiry = SasToken.parse(token).expires();
                parts.onHome(() -> put(token, expiry));
            } catch (IOException | RefusedException e) {
                parts.onHome(
                        () -> failed(new Refusal.Unavailable("no token for \"" + audience + "\": " + e.getMessage())));
            } catch (RuntimeException e) {
                log.atError().addKeyValue("audience", audience).setCause(e).log("making a token failed by a bug");
                parts.onHome(() -> failed(new Refusal.Unavailable("making a token failed: " + e)));
            }
        });
    }

    private void put(String token, Instant expiry) {
        if (ended || !connection.alive()) {
            return;
        }
        var _ = connection.cbs().put(audience, token).whenComplete((_, failure) -> {
            if (ended) {
                return;
            }
            if (failure == null) {
                taken(expiry);
            } else {
                failed(Answers.of(failure));
            }
        });
    }

    private void taken(Instant expiry) {
        expires = expiry;
        failures = 0;
        Duration left = Duration.between(parts.time().now(), expiry);
        double share = parts.config().timing().tokenShare();
        schedule(Math.max(
                (long) (seconds(left) * share * TimeUnit.SECONDS.toNanos(1)),
                parts.config().timing().lost().first().toNanos()));
        first.complete(null);
    }

    private void failed(Refusal refusal) {
        if (ended) {
            return;
        }
        if (!first.isDone()) {
            first.completeExceptionally(new RefusedException(refusal));
        } else if (Answers.isFinal(refusal)) {
            tell(holder -> holder.tokenRefused(refusal));
        } else if (parts.time().now().isBefore(expires)) {
            log.atWarn()
                    .addKeyValue("audience", audience)
                    .addKeyValue("reason", refusal.reason())
                    .log("a token was not renewed, will try again");
            schedule(parts.config()
                    .timing()
                    .lost()
                    .nanos(failures++, parts.randomness().fraction()));
        } else {
            tell(holder -> holder.tokenLost("its token has expired and could not be renewed: " + refusal.reason()));
        }
    }

    private void schedule(long nanos) {
        renewal = parts.home().schedule(this::make, nanos, TimeUnit.NANOSECONDS);
    }

    private void tell(Consumer<Holder> what) {
        List<Holder> all = new ArrayList<>(holders);
        all.forEach(what);
    }

    /** Longer than a year is as good as a year; it keeps the sum far from overflow. */
    private static double seconds(Duration left) {
        return Math.min(left.toSeconds() + left.getNano() / 1e9, TimeUnit.DAYS.toSeconds(365));
    }
}
