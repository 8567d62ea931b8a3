package kant.edgehub.twin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinMerge;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.upstream.UpstreamIdentity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One identity's twin. Everything below the public verbs runs on its serial executor. */
final class TwinOf {
    private static final Logger log = LoggerFactory.getLogger(TwinOf.class);

    /** Reads that wait for the identity to be attached; more are answered from what is known. */
    private static final int MOST_WAITING = 16;

    /** How often the parent is asked again because something changed during the answer; afterwards the versions decide. */
    private static final int MOST_READS = 3;

    /** Unsent reports of one identity together: twice what a whole reported document may have. */
    private static final int MAX_PENDING_CHARACTERS = 2 * ReportedLimits.MAX_DOCUMENT_BYTES;

    private final IdentityId id;
    private final TwinWorld world;
    private final Serial serial;
    private final Deque<CompletableFuture<TwinProperties>> waiting = new ArrayDeque<>();

    private volatile KnownTwin known;
    /** Counts what was learnt of the parent's twin by other ways than reading it. */
    private int changes;

    private boolean pushing;
    /** Reported while a push was under way: what is left when it succeeds. */
    private ObjectNode sincePush = JsonNodeFactory.instance.objectNode();

    private long pushedAtNanos;
    private boolean everPushed;
    private boolean pushLater;
    /** Whether a change is to be told though the twin was never seen: a client was given the empty one, or a patch came early. */
    private boolean changeMissed;

    TwinOf(IdentityId id, TwinWorld world, KnownTwin known) {
        this.id = id;
        this.world = world;
        this.known = known;
        serial = new Serial(world.tasks());
    }

    KnownTwin known() {
        return known;
    }

    /** The parent's twin where it can be had in time, else what is known. */
    CompletionStage<TwinProperties> get() {
        var answer = new CompletableFuture<TwinProperties>();
        serial.execute(() -> {
            UpstreamIdentity upstream = world.attachments().of(id);
            if (upstream.up()) {
                read(upstream, MOST_READS, () -> answer.complete(given()));
            } else if (world.attachments().linkUp() && waiting.size() < MOST_WAITING) {
                waitForAttachment(answer);
            } else {
                answer.complete(given());
            }
        });
        return answer;
    }

    /** Merges a valid patch, and completes when it is on disk; the parent hears of it as soon as it can. */
    CompletionStage<OptionalLong> report(ObjectNode patch) {
        var answer = new CompletableFuture<OptionalLong>();
        serial.execute(() -> {
            ObjectNode pending = TwinMerge.mergePatches(known.pending(), patch);
            if (pending.toString().length() > MAX_PENDING_CHARACTERS) {
                answer.completeExceptionally(
                        new RefusedException(
                                new Refusal.LimitExceeded(
                                        "too many reported properties wait for the parent; report fewer, or wait until the link is back")));
                return;
            }
            if (keep(known.withPending(pending))) {
                sincePush = TwinMerge.mergePatches(sincePush, patch);
                answer.complete(OptionalLong.empty());
                push();
            } else {
                answer.completeExceptionally(
                        new RefusedException(new Refusal.Unavailable("the hub cannot write the twin to its disk")));
            }
        });
        return answer;
    }

    /** The parent changed desired properties. */
    void desired(TwinPatch patch) {
        serial.execute(() -> {
            long version = known.parent().desiredVersion();
            if (known.seen() && patch.version() <= version) {
                return;
            }
            if (known.seen() && patch.version() == version + 1) {
                changes++;
                learn(known.withDesired(patch));
                world.listener().changed(id, patch, known.view());
            } else {
                changeMissed = true;
                refresh();
            }
        });
    }

    /** The identity is attached (again): what was missed comes down, what waits goes up. */
    void attached() {
        serial.execute(() -> {
            push();
            refresh();
        });
    }

    private void waitForAttachment(CompletableFuture<TwinProperties> answer) {
        waiting.add(answer);
        var _ = world.tasks()
                .after(
                        world.operationLimit(),
                        "twin read of " + id,
                        () -> serial.execute(() -> {
                            if (waiting.remove(answer)) {
                                answer.complete(given());
                            }
                        }));
    }

    /** Reads the parent's twin, tells the difference, and answers those who wait for it. */
    private void refresh() {
        UpstreamIdentity upstream = world.attachments().of(id);
        if (upstream.up()) {
            read(upstream, MOST_READS, () -> {
                for (var answer = waiting.poll(); answer != null; answer = waiting.poll()) {
                    answer.complete(given());
                }
            });
        }
    }

    /** Takes the parent's twin over; what changed here while the answer was under way may be newer than it. */
    private void read(UpstreamIdentity upstream, int reads, Runnable then) {
        int before = changes;
        upstream.twin()
                .whenCompleteAsync(
                        (fresh, failure) -> {
                            if (failure == null && changes != before && reads > 1) {
                                read(upstream, reads - 1, then);
                                return;
                            }
                            if (failure == null) {
                                adopt(changes == before ? fresh : newest(fresh, known.parent()));
                            } else {
                                log.atDebug()
                                        .addKeyValue("identity", id)
                                        .log("the parent did not tell the twin, what is known goes on to count");
                            }
                            then.run();
                        },
                        serial);
    }

    private static TwinProperties newest(TwinProperties a, TwinProperties b) {
        TwinProperties desired = a.desiredVersion() >= b.desiredVersion() ? a : b;
        TwinProperties reported = a.reportedVersion() >= b.reportedVersion() ? a : b;
        return new TwinProperties(
                desired.desired(), desired.desiredVersion(), reported.reported(), reported.reportedVersion());
    }

    private void adopt(TwinProperties fresh) {
        boolean first = !known.seen();
        ObjectNode difference = first && !changeMissed
                ? JsonNodeFactory.instance.objectNode() // nobody was told anything before: there is nothing to correct
                : TwinMerge.diff(known.parent().desired(), fresh.desired());
        boolean news = first
                || !difference.isEmpty()
                || fresh.desiredVersion() != known.parent().desiredVersion();
        learn(known.withParent(fresh));
        if (news) {
            world.listener().changed(id, new TwinPatch(difference, fresh.desiredVersion()), known.view());
        }
    }

    private TwinProperties given() {
        changeMissed |= !known.seen();
        return known.view();
    }

    /** Sends what was reported, one patch at a time and not too often; the rest is merged meanwhile. */
    private void push() {
        UpstreamIdentity upstream = world.attachments().of(id);
        if (pushing || pushLater || known.pending().isEmpty() || !upstream.up()) {
            return;
        }
        long waitNanos = everPushed
                ? pushedAtNanos + world.syncEvery().toNanos() - world.time().nanos()
                : 0;
        if (waitNanos > 0) {
            pushLater(waitNanos);
            return;
        }
        ObjectNode patch = known.pending();
        pushing = true;
        sincePush = JsonNodeFactory.instance.objectNode();
        everPushed = true;
        pushedAtNanos = world.time().nanos();
        upstream.report(patch).whenCompleteAsync((version, failure) -> pushed(patch, version, failure), serial);
    }

    private void pushLater(long waitNanos) {
        pushLater = true;
        var _ = world.tasks()
                .after(
                        Duration.ofNanos(waitNanos),
                        "reported properties of " + id,
                        () -> serial.execute(() -> {
                            pushLater = false;
                            push();
                        }));
    }

    private void pushed(ObjectNode patch, @Nullable OptionalLong version, @Nullable Throwable failure) {
        pushing = false;
        if (failure == null) {
            long now = version != null && version.isPresent()
                    ? version.getAsLong()
                    : known.parent().reportedVersion();
            changes++;
            learn(known.acknowledged(patch, now).withPending(sincePush));
        } else if (refusedForEver(failure)) {
            log.atWarn()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", failure.getMessage())
                    .log("the parent refuses reported properties, dropped");
            learn(known.withPending(sincePush));
        }
        push();
    }

    private static boolean refusedForEver(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RefusedException refused
                && (refused.refusal() instanceof Refusal.Invalid || refused.refusal() instanceof Refusal.TooLarge);
    }

    /** What the parent says counts also where the disk does not take it; after a restart it is read again. */
    private void learn(KnownTwin twin) {
        if (!keep(twin)) {
            known = twin;
        }
    }

    private boolean keep(KnownTwin twin) {
        try {
            world.state().put(Twins.PREFIX + id.text(), twin.bytes());
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("identity", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("a twin cannot be written to disk");
            return false;
        }
        known = twin;
        return true;
    }
}
