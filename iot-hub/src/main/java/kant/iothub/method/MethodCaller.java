package kant.iothub.method;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.Registered;
import kant.iothub.session.DeviceSession;
import kant.iothub.session.Sessions;
import kant.iothub.sql.Database;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodResult;

/** Calls a method and waits: first for the client to be there, then for its answer, both for as long as the caller said. */
public final class MethodCaller {
    private final Database database;
    private final Sessions sessions;

    public MethodCaller(Database database, Sessions sessions) {
        this.database = database;
        this.sessions = sessions;
    }

    public MethodResult call(IdentityId target, MethodRequest request)
            throws IOException, HubRefusedException, InterruptedException {
        database.read(sql -> Registered.require(sql, target));
        DeviceSession session = await(
                sessions.methods(target),
                request.connectTimeout(),
                ErrorCode.DEVICE_NOT_ONLINE,
                "Timed out waiting for device to connect.");
        return await(
                session.invoke(request.name(), request.payload(), request.responseTimeout()),
                request.responseTimeout(),
                ErrorCode.GATEWAY_TIMEOUT,
                "Timed out waiting for the response from device.");
    }

    private static <T> T await(CompletableFuture<T> future, Duration limit, ErrorCode late, String reason)
            throws HubRefusedException, InterruptedException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | CancellationException _) {
            throw HubRefusedException.timedOut(late, reason, limit);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HubRefusedException refused) {
                throw refused;
            }
            throw new IllegalStateException("a method call met a bug", e);
        } finally {
            future.cancel(false); // whoever still holds it forgets it
        }
    }
}
