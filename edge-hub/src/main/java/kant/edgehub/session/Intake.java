package kant.edgehub.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.edgehub.route.CurrentConfiguration;
import kant.edgehub.route.HubConfiguration;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.protocol.port.ClientInfo;
import kant.routing.Routing;
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
    private final MessageMeter meter;
    private final Stamp stamp;

    /** @param edgeDeviceId the device whose own modules send {@code internal} messages */
    public Intake(
            CurrentConfiguration configuration,
            MessageStore store,
            MessageMeter meter,
            String edgeDeviceId,
            Time time,
            Randomness randomness) {
        this.configuration = configuration;
        this.store = store;
        this.meter = meter;
        stamp = new Stamp(edgeDeviceId, time, randomness);
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
        Routing routing = current.routes().route(stamped);
        routing.bodyProblem()
                .ifPresent(problem -> log.atDebug()
                        .addKeyValue("identity", client.identity())
                        .addKeyValue("reason", problem)
                        .log("a condition on the body was undefined"));
        if (routing.targets().isEmpty()) {
            meter.unrouted(stamped);
            return CompletableFuture.completedFuture(null);
        }
        return store.append(stamped, routing.targets()).whenComplete((_, failure) -> {
            if (failure == null) {
                meter.accepted(routing.matches());
            } else {
                meter.unacknowledged(stamped);
            }
        });
    }

    private static CompletionStage<Void> refused(Refusal refusal) {
        return CompletableFuture.failedFuture(new RefusedException(refusal));
    }
}
