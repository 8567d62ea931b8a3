package kant.model.message;

import java.util.Map;
import java.util.Objects;
import kant.model.identity.IdentityId;

/**
 * A telemetry message, a module message or a cloud-to-device message.
 *
 * @param sender who sent it, as authenticated; for a cloud-to-device message the addressee
 * @param systemProperties by the internal names of {@link SystemProperties}
 * @param properties application properties in the order given; names and values never null
 * @param payload bytes, never text by assumption; not copied, must not change
 */
public record Message(
        IdentityId sender, Map<String, String> systemProperties, Map<String, String> properties, byte[] payload) {

    /** What a message may weigh: payload and the characters of all property names and values (edgeHub's rule). */
    public static final int MAX_BYTES = 262_144;

    public Message {
        Objects.requireNonNull(sender);
        Objects.requireNonNull(systemProperties);
        Objects.requireNonNull(properties);
        Objects.requireNonNull(payload);
    }

    /** Payload bytes plus the characters of all property names and values. */
    public int size() {
        int size = payload.length;
        for (var e : systemProperties.entrySet()) {
            size += e.getKey().length() + e.getValue().length();
        }
        for (var e : properties.entrySet()) {
            size += e.getKey().length() + e.getValue().length();
        }
        return size;
    }

    @Override
    public String toString() {
        return "Message[sender=" + sender + ", bytes=" + payload.length + "]";
    }
}
