package kant.edgehub.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import kant.edgehub.parent.Attachments;
import kant.model.identity.IdentityId;
import kant.model.message.Target;
import kant.store.Entry;
import kant.store.MessageStore;
import kant.upstream.budget.Budget;
import kant.world.Randomness;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outboxes of all endpoints: of those that routes name, and of those that routes named once as long as something waits
 * for them, for what was accepted is delivered whatever the routes say later.
 */
public final class Outboxes {
    private static final Logger log = LoggerFactory.getLogger(Outboxes.class);

    private final MessageStore store;
    private final Attachments attachments;
    private final Predicate<IdentityId> surelyUnknown;
    private final Budget budget;
    private final Tasks tasks;
    private final Backoff backoff;
    private final SettledMeter meter;
    private final Map<String, Outbox> outboxes = new ConcurrentHashMap<>();
    private final Map<IdentityId, List<Outbox>> byModule = new ConcurrentHashMap<>();
    private final Map<IdentityId, InputReceiver> receivers = new ConcurrentHashMap<>();

    /** Counts how messages end. */
    public interface SettledMeter {
        void settled(String endpoint, Entry entry, Fate fate);
    }

    /**
     * @param surelyUnknown whether the parent has said that there is no such identity
     * @param budget what may go up to the parent
     */
    public Outboxes(
            MessageStore store,
            Attachments attachments,
            Predicate<IdentityId> surelyUnknown,
            Budget budget,
            Tasks tasks,
            Randomness randomness,
            SettledMeter meter) {
        this.store = store;
        this.attachments = attachments;
        this.surelyUnknown = surelyUnknown;
        this.budget = budget;
        this.tasks = tasks;
        this.backoff = Backoff.standard(randomness);
        this.meter = meter;
    }

    /** Begins to serve these endpoints, and those for which something waits in the store. */
    public synchronized void serve(Set<String> named) {
        named.forEach(this::serve);
        for (String endpoint : store.endpoints()) {
            if (named.contains(endpoint) || store.cursor(endpoint).pending() > 0) {
                serve(endpoint);
            }
        }
    }

    /** Gives up endpoints that no route names and whose module is not registered any more; what waits there is counted. */
    public synchronized void prune(Set<String> named) {
        for (String endpoint : store.endpoints()) {
            if (!named.contains(endpoint) && goneModule(endpoint)) {
                log.atWarn()
                        .addKeyValue("endpoint", endpoint)
                        .addKeyValue("pending", store.cursor(endpoint).pending())
                        .log("endpoint has neither a route nor a module any more, dropped");
                Outbox outbox = outboxes.remove(endpoint);
                if (outbox != null) {
                    byModule.computeIfPresent(
                            InputName.parse(endpoint).module(),
                            (_, all) -> all.stream().filter(o -> o != outbox).toList());
                    var _ = outbox.stop();
                }
                store.remove(endpoint);
            }
        }
    }

    /** A module listens for input messages from now on. */
    public void connected(IdentityId module, InputReceiver receiver) {
        receivers.put(module, receiver);
        forModule(module, Outbox::retry);
    }

    /** A module does not listen any more; nothing where another connection of it has taken over. */
    public void disconnected(IdentityId module, InputReceiver receiver) {
        if (receivers.remove(module, receiver)) {
            forModule(module, Outbox::wake);
        }
    }

    /** A module's window has room again. */
    public void room(IdentityId module) {
        forModule(module, Outbox::wake);
    }

    /** The link to the parent has come or gone. */
    public void linkChanged() {
        Outbox upstream = outboxes.get(Target.UPSTREAM);
        if (upstream != null) {
            upstream.retry();
        }
    }

    /** One identity is attached to the parent. */
    public void attached(IdentityId id) {
        Outbox upstream = outboxes.get(Target.UPSTREAM);
        if (upstream != null) {
            upstream.retry(id);
        }
    }

    /** Sends nothing more, and waits a bounded time until everything under way has ended. */
    public void stop(Duration wait) {
        var ended = CompletableFuture.allOf(
                outboxes.values().stream().map(Outbox::stop).toArray(CompletableFuture[]::new));
        try {
            ended.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            log.atInfo().log("messages still under way at the stop will be sent again");
        } catch (ExecutionException e) {
            throw new AssertionError("stopping an outbox never fails", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(String endpoint) {
        if (outboxes.containsKey(endpoint)) {
            return;
        }
        Outbox outbox;
        if (endpoint.equals(Target.UPSTREAM)) {
            outbox = outbox(new UpstreamEndpoint(attachments, surelyUnknown, budget, this::linkChanged));
        } else {
            InputName input = InputName.parse(endpoint);
            outbox = outbox(new ModuleInputEndpoint(endpoint, input.module(), input.input(), receivers::get));
            byModule.merge(
                    input.module(),
                    List.of(outbox),
                    (all, one) -> Stream.concat(all.stream(), one.stream()).toList());
        }
        outboxes.put(endpoint, outbox);
        outbox.wake();
    }

    private Outbox outbox(Endpoint endpoint) {
        return new Outbox(
                endpoint,
                store.cursor(endpoint.name()),
                tasks,
                backoff,
                (entry, fate) -> meter.settled(endpoint.name(), entry, fate));
    }

    private boolean goneModule(String endpoint) {
        return !endpoint.equals(Target.UPSTREAM)
                && surelyUnknown.test(InputName.parse(endpoint).module());
    }

    private void forModule(IdentityId module, Consumer<Outbox> what) {
        byModule.getOrDefault(module, List.of()).forEach(what);
    }
}
