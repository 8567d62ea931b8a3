package kant.protocol.mqtt;

import kant.model.identity.IdentityId;

/**
 * The identity at the front of a topic or filter, {@code devices/d/} or {@code devices/d/modules/m/}; ids may be
 * percent-encoded (Python does so).
 *
 * @param end where the rest begins
 */
record Address(IdentityId identity, int end) {
    private static final String DEVICES = "devices/";
    private static final String MODULES = "modules/";

    static Address read(String topic) throws ProtocolViolation {
        int device = topic.indexOf('/', DEVICES.length());
        if (!topic.startsWith(DEVICES) || device < 0) {
            throw unreadable(topic);
        }
        String deviceId = Percent.decode(topic.substring(DEVICES.length(), device));
        if (!topic.startsWith(MODULES, device + 1)) {
            return new Address(identity(topic, deviceId, null), device + 1);
        }
        int start = device + 1 + MODULES.length();
        int module = topic.indexOf('/', start);
        if (module < 0) {
            throw unreadable(topic);
        }
        return new Address(identity(topic, deviceId, Percent.decode(topic.substring(start, module))), module + 1);
    }

    private static IdentityId identity(String topic, String deviceId, @org.jspecify.annotations.Nullable String moduleId)
            throws ProtocolViolation {
        try {
            return new IdentityId(deviceId, moduleId);
        } catch (IllegalArgumentException _) {
            throw unreadable(topic);
        }
    }

    private static ProtocolViolation unreadable(String topic) {
        return new ProtocolViolation("the topic \"" + topic + "\" does not name a device or module");
    }
}
