package kant.model.identity;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The id of a device or of a module on a device, spelled exactly as the registry spells it (case-sensitive).
 *
 * @param deviceId at most 128 characters, never blank
 * @param moduleId null for a device
 */
public record IdentityId(String deviceId, @Nullable String moduleId) implements Comparable<IdentityId> {

    /** The agent's module id on every edge device. */
    public static final String EDGE_AGENT = "$edgeAgent";

    /** The hub's module id on every edge device. */
    public static final String EDGE_HUB = "$edgeHub";

    public IdentityId {
        Objects.requireNonNull(deviceId);
        if (deviceId.isEmpty() || deviceId.indexOf('/') >= 0) {
            throw new IllegalArgumentException("device id \"" + deviceId + "\" is empty or contains '/'");
        }
        if (moduleId != null && (moduleId.isEmpty() || moduleId.indexOf('/') >= 0)) {
            throw new IllegalArgumentException("module id \"" + moduleId + "\" is empty or contains '/'");
        }
    }

    /** The identity of a device. */
    public static IdentityId device(String deviceId) {
        return new IdentityId(deviceId, null);
    }

    /** The identity of a module. */
    public static IdentityId module(String deviceId, String moduleId) {
        return new IdentityId(deviceId, moduleId);
    }

    /** Reads {@code d} or {@code d/m}, the inverse of {@link #text()}; refuses anything else with {@link IllegalArgumentException}. */
    public static IdentityId parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? device(text) : module(text.substring(0, slash), text.substring(slash + 1));
    }

    public boolean isModule() {
        return moduleId != null;
    }

    /** The device itself, also for a module. */
    public IdentityId device() {
        return moduleId == null ? this : device(deviceId);
    }

    /** {@code d} or {@code d/m}. */
    public String text() {
        return moduleId == null ? deviceId : deviceId + "/" + moduleId;
    }

    @Override
    public int compareTo(IdentityId other) {
        return text().compareTo(other.text());
    }

    @Override
    public String toString() {
        return text();
    }
}
