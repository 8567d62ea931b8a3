package kant.iothub.registry;

import java.time.Instant;
import kant.model.identity.IdentityId;

/** Who is connected; the registry shows it and does not know it. */
public interface Presence {

    Facts of(IdentityId id);

    /**
     * @param changed when it last connected or disconnected since this hub started, {@link Instant#EPOCH} for never
     * @param lastActivity when it last did something, likewise
     */
    record Facts(boolean connected, Instant changed, Instant lastActivity) {
        public static final Facts NEVER = new Facts(false, Instant.EPOCH, Instant.EPOCH);
    }
}
