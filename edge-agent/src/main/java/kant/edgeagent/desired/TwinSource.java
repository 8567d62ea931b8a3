package kant.edgeagent.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinMerge;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.upstream.Link;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import kant.world.Disk;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The twin of {@code $edgeAgent}: its desired properties kept current by patches, with the last good ones on disk; and the
 * way back for reported ones. A patch counts only if its version follows the one at hand, else the whole twin is read.
 * {@link #read}, {@link #keep} and {@link #report} belong to the reconciler's thread and may wait, for {@link #ANSWER} at most.
 */
public final class TwinSource implements DesiredSource {
    private static final Logger log = LoggerFactory.getLogger(TwinSource.class);

    /** Longest wait for the parent's answer. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** How long a first connection may take before the backup is used, as in the original. */
    static final Duration FIRST_CONNECTION = Duration.ofSeconds(5);

    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(2);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

    private final Backup backup;
    private final Time time;
    private final Duration refresh;
    private final TwinInbox inbox;
    private final UpstreamIdentity identity;
    private final long startedAt;

    // owned by the reconciler's thread
    private @Nullable TwinDocument document;
    private long readings;
    private long readAt;
    private long nextTryAt;
    private Duration retry = SHORTEST_RETRY;

    /**
     * Attaches the agent to the link.
     *
     * @param refresh how often the whole twin is read even if nothing seems to have changed
     * @param wake called on the link's threads when {@link #read} may have something new
     * @param methods called on the link's threads for each direct method
     */
    public TwinSource(
            Link link,
            IdentityId agent,
            TokenSource tokens,
            Disk disk,
            Time time,
            Duration refresh,
            Runnable wake,
            MethodHandler methods) {
        this.backup = new Backup(disk);
        this.time = time;
        this.refresh = refresh;
        this.startedAt = time.nanos();
        this.nextTryAt = startedAt;
        var attached = new CompletableFuture<UpstreamIdentity>();
        this.inbox = new TwinInbox(wake, call -> methods.handle(call, result -> answer(attached, call, result)));
        this.identity = link.attach(agent, tokens, inbox);
        attached.complete(identity);
        subscribe(Feature.DESIRED);
        subscribe(Feature.METHODS);
    }

    /** The desired properties as they stand now; empty as long as neither twin nor backup could be read. */
    @Override
    public Optional<TwinDocument> read() throws InterruptedException {
        if (inbox.linkUp() && time.nanos() - nextTryAt >= 0 && wholeTwinDue()) {
            readWholeTwin();
        }
        inbox.patches().forEach(this::apply);
        if (inbox.linkUp() && inbox.wholeTwinNeeded() && time.nanos() - nextTryAt >= 0) {
            readWholeTwin(); // a patch did not follow
        }
        if (document == null && elapsed(startedAt).compareTo(FIRST_CONNECTION) >= 0) {
            document = backup.lastGood().orElse(null);
            if (document != null) {
                log.atInfo()
                        .addKeyValue("desiredVersion", document.version())
                        .log("no connection yet, using the last good deployment");
            }
        }
        return Optional.ofNullable(document);
    }

    @Override
    public Optional<Duration> nextLook() {
        if (document == null && elapsed(startedAt).compareTo(FIRST_CONNECTION) < 0) {
            return Optional.of(FIRST_CONNECTION.minus(elapsed(startedAt)));
        }
        return inbox.linkUp() && inbox.wholeTwinNeeded()
                ? Optional.of(Duration.ofNanos(Math.max(0, nextTryAt - time.nanos())))
                : Optional.empty();
    }

    @Override
    public void keep(TwinDocument good) throws IOException {
        backup.keep(good);
    }

    @Override
    public boolean report(ObjectNode patch) throws InterruptedException {
        if (!inbox.linkUp()) {
            return false;
        }
        try {
            await(identity.report(patch));
            return true;
        } catch (IOException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("reported properties were not taken, will retry");
            return false;
        }
    }

    @Override
    public Optional<TwinDocument> lastGood() {
        return backup.lastGood();
    }

    @Override
    public void close() {
        identity.close();
    }

    private void subscribe(Feature feature) {
        identity.subscribe(feature).whenComplete((_, failure) -> {
            if (failure != null) { // the link asks again at its next connection
                log.atWarn()
                        .addKeyValue("feature", feature)
                        .addKeyValue("reason", failure.getMessage())
                        .log("cannot subscribe now");
            }
        });
    }

    /** A call that comes while the constructor still runs is answered when it is done. */
    private static void answer(CompletableFuture<UpstreamIdentity> attached, MethodCall call, MethodResult result) {
        var _ = attached.thenAccept(identity -> identity.methodResult(call.requestId(), result));
    }

    private boolean wholeTwinDue() {
        return inbox.wholeTwinNeeded() || elapsed(readAt).compareTo(refresh) >= 0;
    }

    private void readWholeTwin() throws InterruptedException {
        inbox.readingWholeTwin();
        try {
            TwinProperties twin = await(identity.twin());
            readings++;
            readAt = time.nanos();
            retry = SHORTEST_RETRY;
            document = new TwinDocument(twin.desired(), twin.desiredVersion(), twin.reported(), readings);
            log.atInfo()
                    .addKeyValue("desiredVersion", twin.desiredVersion())
                    .addKeyValue("reportedVersion", twin.reportedVersion())
                    .log("read the agent's twin");
        } catch (IOException e) {
            inbox.needWholeTwin();
            nextTryAt = time.nanos() + retry.toNanos();
            log.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .addKeyValue("retryInMillis", retry.toMillis())
                    .log("cannot read the agent's twin, will retry");
            retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? retry.multipliedBy(2) : LONGEST_RETRY;
        }
    }

    private void apply(TwinPatch patch) {
        TwinDocument before = document;
        if (before == null || patch.version() > before.version() + 1) {
            inbox.needWholeTwin();
        } else if (patch.version() == before.version() + 1) {
            document = new TwinDocument(
                    TwinMerge.merge(before.desired(), patch.changes()),
                    patch.version(),
                    before.reported(),
                    before.reading());
        } // an older one is in the twin that was read since
    }

    private Duration elapsed(long since) {
        return Duration.ofNanos(time.nanos() - since);
    }

    private static <T> T await(CompletionStage<T> stage) throws IOException, InterruptedException {
        try {
            return stage.toCompletableFuture().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + ANSWER.toSeconds() + " s", e);
        }
    }
}
