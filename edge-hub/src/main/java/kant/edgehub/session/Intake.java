package kant.edgehub.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.edgehub.route.CurrentConfiguration;
import kant.edgehub.route.HubConfiguration;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.port.ClientInfo;
import kant.routing.Routing;
import kant.routing.TwinSource;
import kant.store.MessageStore;
import kant.world.Randomness;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes messages of any client, whatever carried them: size, stamp, routes, store. */
public final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final CurrentConfiguration configuration;
    private final MessageStore store;
    private final TwinSource twins;
    private final MessageMeter meter;
    private final IdentityId hub;
    private final Stamp stamp;

    /**
     * @param twins for routes that name the sender's twin
     * @param hub {@code $edgeHub} of the device whose own modules send {@code internal} messages
     */
    public Intake(
            CurrentConfiguration configuration,
            MessageStore store,
            TwinSource twins,
            MessageMeter meter,
            IdentityId hub,
            Time time,
            Randomness randomness) {
        this.configuration = configuration;
        this.store = store;
        this.twins = twins;
        this.meter = meter;
        this.hub = hub;
        stamp = new Stamp(hub.deviceId(), time, randomness);
    }

    /** Takes one message; completes when it is durable as configured for every endpoint that its routes name. */
    public CompletionStage<Void> accept(Message message, ClientInfo client) {
        HubConfiguration current = configuration.get().orElse(null);
        if (current == null) {
            return refused(new Refusal.Unavailable(
                    "this hub has no usable configuration yet; see lastDesiredStatus of $edgeHub"));
        }
        int size = message.size();
        if (size > Message.MAX_BYTES) {
            return refused(new Refusal.TooLarge("Message size is " + size + " bytes which is greater than the max size "
                    + Message.MAX_BYTES + " bytes allowed"));
        }
        Message stamped = stamp.on(message, client);
        meter.received(stamped, size);
        Routing routing = current.routes().route(stamped, twins);
        if (routing.targets().isEmpty()) {
            meter.unrouted(stamped);
        }
        return stored(stamped, routing);
    }

    /**
     * Takes a reported patch as a message for the routes that want twin changes; completes as {@link #accept} does. It is no
     * telemetry: one that no route wants is not counted as dropped.
     */
    public CompletionStage<Void> reported(IdentityId reporter, ObjectNode patch) {
        Message change = stamp.twinChange(hub, reporter, patch);
        return configuration
                .get()
                .map(current -> stored(change, current.routes().route(change, twins)))
                .orElse(CompletableFuture.completedFuture(null));
    }

    private CompletionStage<Void> stored(Message message, Routing routing) {
        routing.bodyProblem()
                .ifPresent(problem -> log.atDebug()
                        .addKeyValue("identity", message.sender())
                        .addKeyValue("reason", problem)
                        .log("a condition on the body was undefined"));
        if (routing.targets().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return store.append(message, routing.targets()).whenComplete((_, failure) -> {
            if (failure == null) {
                meter.accepted(routing.matches());
            } else {
                meter.unacknowledged(message);
            }
        });
    }

    private static CompletionStage<Void> refused(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal));
    }
}
