package kant.iothub.registry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.model.identity.IdentityId;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** Turns what callers ask for into identities: makes keys, generations, etags and scopes. */
public final class IdentityMaker {
    private static final String SCOPE = "ms-azure-iot-edge://";

    private final Time time;
    private final Randomness randomness;

    public IdentityMaker(Time time, Randomness randomness) {
        this.time = time;
        this.randomness = randomness;
    }

    Device newDevice(String deviceId, DeviceDraft draft) throws HubRefusedException {
        boolean edge = Boolean.TRUE.equals(draft.edge());
        List<String> parents = parents(draft.parentScopes(), edge ? null : draft.scope());
        return new Device(
                deviceId,
                number(),
                etag(),
                !Boolean.FALSE.equals(draft.enabled()),
                draft.statusReason(),
                Instant.EPOCH,
                newAuthentication(draft.authentication()),
                edge,
                edge ? SCOPE + deviceId + "-" + number() : scope(parents),
                parents);
    }

    Device changed(Device before, DeviceDraft draft) throws HubRefusedException {
        if (draft.edge() != null && draft.edge() != before.edge()) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID,
                    "capabilities.iotEdge of device \"" + before.id()
                            + "\" cannot be changed; delete the device and create it anew");
        }
        boolean enabled = Objects.requireNonNullElse(draft.enabled(), before.enabled());
        List<String> parents = draft.parentScopes() == null && draft.scope() == null
                ? before.parentScopes()
                : parents(draft.parentScopes(), before.edge() ? null : draft.scope());
        return new Device(
                before.id(),
                before.generationId(),
                etag(),
                enabled,
                draft.statusReason(),
                enabled == before.enabled() ? before.statusUpdated() : time.now(),
                draft.authentication() == null
                        ? before.authentication()
                        : draft.authentication().complete(before.authentication(), randomness),
                before.edge(),
                before.edge() ? before.scope() : scope(parents),
                parents);
    }

    Module newModule(IdentityId id, ModuleDraft draft) throws HubRefusedException {
        return new Module(
                id,
                number(),
                etag(),
                newAuthentication(draft.authentication()),
                Objects.requireNonNullElse(draft.managedBy(), ""));
    }

    Module changed(Module before, ModuleDraft draft) throws HubRefusedException {
        return new Module(
                before.id(),
                before.generationId(),
                etag(),
                draft.authentication() == null
                        ? before.authentication()
                        : draft.authentication().complete(before.authentication(), randomness),
                Objects.requireNonNullElse(draft.managedBy(), before.managedBy()));
    }

    private Authentication newAuthentication(@Nullable AuthenticationDraft asked) throws HubRefusedException {
        return (asked == null ? AuthenticationDraft.MADE_KEYS : asked).complete(Authentication.NONE, randomness);
    }

    /** A leaf may name its parent by either member; Java sends an empty array with the other one. */
    private static List<String> parents(@Nullable List<String> parentScopes, @Nullable String scope) {
        if (parentScopes != null && !parentScopes.isEmpty()) {
            return parentScopes;
        }
        return scope == null || scope.isEmpty() ? List.of() : List.of(scope);
    }

    private static String scope(List<String> parents) {
        return parents.isEmpty() ? "" : parents.getFirst();
    }

    private String etag() {
        return Base64.getEncoder().encodeToString(number().getBytes(StandardCharsets.US_ASCII));
    }

    /** Eighteen digits, as IoT Hub's generation ids have. */
    private String number() {
        long random = ByteBuffer.wrap(randomness.bytes(Long.BYTES)).getLong() >>> 1;
        return Long.toString(100_000_000_000_000_000L + random % 900_000_000_000_000_000L);
    }
}
