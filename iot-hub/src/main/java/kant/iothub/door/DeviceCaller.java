package kant.iothub.door;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.iothub.auth.Admitted;
import kant.iothub.c2d.CloudMessages.Holder;
import kant.iothub.c2d.Settled;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.method.MethodCaller;
import kant.iothub.method.MethodRequest;
import kant.iothub.session.SessionParts;
import kant.iothub.session.SessionWork;
import kant.iothub.session.Stamp;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.port.Caller;
import kant.protocol.port.LockedMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device or module that makes single requests. */
final class DeviceCaller implements Caller {
    private static final Logger log = LoggerFactory.getLogger(DeviceCaller.class);

    /** IoT Hub's longest lock. */
    private static final Duration LONGEST_LOCK = Duration.ofMinutes(5);

    private final Admitted admitted;
    private final String modelId;
    private final SessionParts parts;
    private final MethodCaller methods;
    private final SessionWork work;

    DeviceCaller(Admitted admitted, String modelId, SessionParts parts, MethodCaller methods) {
        this.admitted = admitted;
        this.modelId = modelId;
        this.parts = parts;
        this.methods = methods;
        work = new SessionWork(parts.tasks());
    }

    @Override
    public IdentityId identity() {
        return admitted.registered().id();
    }

    /** None is taken where one of them is refused. */
    @Override
    public CompletionStage<Void> send(List<Message> messages) {
        List<Message> stamped = new ArrayList<>();
        try {
            for (Message message : messages) {
                stamped.add(Stamp.on(message, admitted, modelId));
            }
        } catch (HubRefusedException e) {
            return CompletableFuture.failedStage(e.refused());
        }
        return CompletableFuture.allOf(stamped.stream()
                .map(message -> parts.telemetry().append(message).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletionStage<Optional<LockedMessage>> receive(Duration lock) {
        Duration bounded = lock.compareTo(LONGEST_LOCK) > 0 ? LONGEST_LOCK : lock;
        return work.run(() -> parts.cloudMessages().take(identity(), 1, bounded, Holder.CALLER).stream()
                .findFirst()
                .map(taken -> new LockedMessage(
                        taken.token(),
                        taken.message().deliveries(),
                        taken.message().outgoing())));
    }

    @Override
    public CompletionStage<Void> settle(String lockToken, Settlement settlement) {
        return work.perform(() -> {
            int lost = parts.cloudMessages().settle(identity(), List.of(new Settled(lockToken, settlement)));
            if (lost > 0) {
                throw new HubRefusedException(
                        ErrorCode.LOCK_LOST,
                        "the message's lock is unknown or has run out; receive the message again and settle it in time");
            }
        });
    }

    /** Waits on a virtual thread of its own; where the future is cancelled, that is interrupted. */
    @Override
    public CompletionStage<MethodResult> invoke(IdentityId target, MethodCall call, Duration connect) {
        var result = new CompletableFuture<MethodResult>();
        var task = parts.tasks().spawn("method call of " + identity(), () -> call(target, call, connect, result));
        var _ = result.whenComplete((_, _) -> {
            if (result.isCancelled()) {
                task.cancel();
            }
        });
        return result;
    }

    private void call(IdentityId target, MethodCall call, Duration connect, CompletableFuture<MethodResult> result) {
        try {
            if (!identity().isModule() || !identity().deviceId().equals(target.deviceId())) {
                throw new HubRefusedException(
                        ErrorCode.UNAUTHORIZED, "Only modules on the same device can invoke DirectMethods");
            }
            result.complete(methods.call(target, MethodRequest.of(call, connect)));
        } catch (HubRefusedException e) {
            result.completeExceptionally(e.refused());
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("client", identity())
                    .addKeyValue("reason", e.getMessage())
                    .log("a client's method call failed");
            result.completeExceptionally(
                    new HubRefusedException(ErrorCode.UNAVAILABLE, "the hub cannot reach its data").refused());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            result.cancel(false);
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
            throw e;
        }
    }
}
