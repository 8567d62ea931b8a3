package kant.protocol.mqtt;

import kant.model.identity.IdentityId;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.Percent;
import org.jspecify.annotations.Nullable;

/**
 * The identity at the front of a topic or filter, {@code devices/d/} or {@code devices/d/modules/m/}.
 *
 * @param device as written: the id as it is, or percent-encoded (Python does so)
 * @param module as written, null for a device
 * @param end where the rest of the topic begins
 */
record Address(String device, @Nullable String module, int end) {
    private static final String DEVICES = "devices/";
    private static final String MODULES = "modules/";

    static Address read(String topic) throws ProtocolViolation {
        int device = topic.indexOf('/', DEVICES.length());
        if (!topic.startsWith(DEVICES) || device <= DEVICES.length()) {
            throw unreadable(topic);
        }
        String deviceId = topic.substring(DEVICES.length(), device);
        if (!topic.startsWith(MODULES, device + 1)) {
            return new Address(deviceId, null, device + 1);
        }
        int start = device + 1 + MODULES.length();
        int module = topic.indexOf('/', start);
        if (module <= start) {
            throw unreadable(topic);
        }
        return new Address(deviceId, topic.substring(start, module), module + 1);
    }

    /** Whether this is the identity, in either spelling. */
    boolean names(IdentityId identity) {
        return isSpelling(device, identity.deviceId())
                && (module == null ? identity.moduleId() == null : isSpelling(module, identity.moduleId()));
    }

    /** The identity, percent encoding undone where there is some. */
    IdentityId identity() {
        return new IdentityId(decoded(device), module == null ? null : decoded(module));
    }

    private static boolean isSpelling(String written, @Nullable String id) {
        return id != null && (written.equals(id) || decoded(written).equals(id));
    }

    /** An id may contain a percent sign of its own: what cannot be decoded, or decodes to no id, stands for itself. */
    private static String decoded(String written) {
        try {
            String plain = Percent.decode(written);
            return plain.indexOf('/') < 0 ? plain : written;
        } catch (IllegalArgumentException _) {
            return written;
        }
    }

    private static ProtocolViolation unreadable(String topic) {
        return new ProtocolViolation(
                "the topic " + ProtocolViolation.quote(topic) + " does not name a device or module");
    }
}
