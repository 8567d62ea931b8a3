package kant.protocol.mqtt;

import java.util.OptionalLong;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.Percent;
import org.jspecify.annotations.Nullable;

/** IoT Hub's MQTT topics, written and read, for both sides (reference/device-protocols.md §1.5-1.7). */
public final class Topics {
    /** The filter for answers to twin requests. */
    public static final String TWIN_REPLIES = "$iothub/twin/res/#";

    /** The status of a method response whose topic has no number in its place, as the original Edge Hub reports it. */
    static final int UNREADABLE_STATUS = 400_000;

    private static final String METHOD_CALL = "$iothub/methods/POST/";
    private static final String METHOD_RESPONSE = "$iothub/methods/res/";
    private static final String TWIN = "$iothub/twin/";
    private static final String TWIN_GET = "$iothub/twin/GET/";
    private static final String TWIN_PATCH = "$iothub/twin/PATCH/properties/reported/";
    private static final String TWIN_REPLY = "$iothub/twin/res/";
    private static final String DESIRED = "$iothub/twin/PATCH/properties/desired/";
    private static final String DEVICES = "devices/";
    private static final String EVENTS = "messages/events";
    private static final String DEVICEBOUND = "messages/devicebound";
    private static final String INPUTS = "inputs/";

    private Topics() {}

    // ---- client to hub

    /** The topic of a telemetry message; never ends in a slash unless the bag is empty. */
    public static String telemetry(IdentityId sender, PropertyBag bag) {
        return prefix(sender) + EVENTS + "/" + bag.toHub();
    }

    public static String twinGet(String requestId) {
        return TWIN_GET + "?$rid=" + requestId;
    }

    public static String twinPatch(String requestId) {
        return TWIN_PATCH + "?$rid=" + requestId;
    }

    public static String methodResponse(int status, String requestId) {
        return METHOD_RESPONSE + status + "/?$rid=" + requestId;
    }

    /**
     * Reads the topic of a client's PUBLISH.
     *
     * @param client who the client proved to be: a topic that names another identity is a violation
     */
    public static ClientTopic fromClient(String topic, IdentityId client) throws ProtocolViolation {
        if (topic.startsWith(DEVICES)) {
            return telemetry(topic, client);
        }
        if (topic.startsWith(TWIN_GET)) {
            return new ClientTopic.TwinGet(requestId(topic, query(topic, TWIN_GET.length())));
        }
        if (topic.startsWith(TWIN_PATCH)) {
            String query = query(topic, TWIN_PATCH.length());
            return new ClientTopic.TwinPatch(parameter(query, "$rid"), version(topic, query));
        }
        if (topic.startsWith(METHOD_RESPONSE)) {
            return methodResponse(topic);
        }
        throw new ProtocolViolation("nothing can be published on topic " + ProtocolViolation.quote(topic));
    }

    // ---- hub to client

    /** @param prefix {@code devices/d/} or {@code devices/d/modules/m/} as the client spells it */
    static String cloudToDevice(String prefix, PropertyBag bag) {
        return prefix + DEVICEBOUND + "/" + bag.toClient();
    }

    /** @param prefix {@code devices/d/modules/m/} as the client spells it */
    static String input(String prefix, String input, PropertyBag bag) {
        return prefix + INPUTS + input + "/" + bag.toClient();
    }

    /** The topic of a method call; the name goes out as it is, for clients do not decode it. */
    public static String method(String name, String requestId) {
        return METHOD_CALL + name + "/?$rid=" + requestId;
    }

    public static String twinReply(int status, String requestId, OptionalLong version) {
        String topic = TWIN_REPLY + status + "/?$rid=" + requestId;
        return version.isPresent() ? topic + "&$version=" + version.getAsLong() : topic;
    }

    public static String desired(long version) {
        return DESIRED + "?$version=" + version;
    }

    /** The filter by which a client asks for a feature. */
    public static String filter(Feature feature, IdentityId identity) {
        return switch (feature) {
            case CLOUD_TO_DEVICE -> prefix(identity) + DEVICEBOUND + "/#";
            case INPUTS -> prefix(identity) + INPUTS + "#";
            case METHODS -> METHOD_CALL + "#";
            case DESIRED -> DESIRED + "#";
        };
    }

    /** Reads the topic of a hub's PUBLISH. */
    public static HubTopic fromHub(String topic) throws ProtocolViolation {
        if (topic.startsWith(DEVICES)) {
            return message(topic);
        }
        if (topic.startsWith(METHOD_CALL)) {
            int slash = topic.lastIndexOf("/?");
            if (slash < METHOD_CALL.length()) {
                throw new ProtocolViolation("the method topic " + ProtocolViolation.quote(topic) + " has no name");
            }
            return new HubTopic.Method(
                    topic.substring(METHOD_CALL.length(), slash), requestId(topic, query(topic, slash + 1)));
        }
        if (topic.startsWith(TWIN_REPLY)) {
            int slash = slash(topic, TWIN_REPLY.length());
            String query = query(topic, slash + 1);
            return new HubTopic.TwinReply(
                    status(topic, TWIN_REPLY.length(), slash), requestId(topic, query), version(topic, query));
        }
        if (topic.startsWith(DESIRED)) {
            return new HubTopic.Desired(version(topic, query(topic, DESIRED.length())));
        }
        throw new ProtocolViolation("a hub does not publish on topic " + ProtocolViolation.quote(topic));
    }

    // ---- parts

    /**
     * {@code devices/d/} or {@code devices/d/modules/m/}. Ids go out as they are, as SDKs compare them, unless they have
     * the characters that no MQTT topic may have.
     */
    static String prefix(IdentityId identity) {
        String device = DEVICES + segment(identity.deviceId()) + "/";
        return identity.moduleId() == null ? device : device + "modules/" + segment(identity.moduleId()) + "/";
    }

    private static String segment(String id) {
        return id.indexOf('+') < 0 && id.indexOf('#') < 0 ? id : Percent.encode(id);
    }

    private static ClientTopic telemetry(String topic, IdentityId client) throws ProtocolViolation {
        Address address = Address.read(topic);
        if (!address.names(client)) {
            throw new ProtocolViolation(
                    "the topic " + ProtocolViolation.quote(topic) + " is not one of \"" + client + "\"");
        }
        if (!topic.startsWith(EVENTS, address.end())) {
            throw new ProtocolViolation("nothing can be published on topic " + ProtocolViolation.quote(topic));
        }
        int end = address.end() + EVENTS.length();
        if (end < topic.length() && topic.charAt(end) != '/') {
            throw new ProtocolViolation("nothing can be published on topic " + ProtocolViolation.quote(topic));
        }
        return new ClientTopic.Telemetry(PropertyBag.fromClient(bag(topic, end + 1)));
    }

    private static HubTopic message(String topic) throws ProtocolViolation {
        Address address = Address.read(topic);
        if (topic.startsWith(DEVICEBOUND + "/", address.end())) {
            String bag = bag(topic, address.end() + DEVICEBOUND.length() + 1);
            return new HubTopic.CloudToDevice(address.identity(), PropertyBag.fromHub(bag));
        }
        if (topic.startsWith(INPUTS, address.end()) && address.module() != null) {
            int start = address.end() + INPUTS.length();
            int slash = topic.indexOf('/', start);
            String input = topic.substring(start, slash < 0 ? topic.length() : slash);
            String bag = slash < 0 ? "" : bag(topic, slash + 1);
            return new HubTopic.Input(address.identity(), input, PropertyBag.fromHub(bag));
        }
        throw new ProtocolViolation("a hub does not publish on topic " + ProtocolViolation.quote(topic));
    }

    /** The rest of a topic, without the one slash that SDKs may put at its end. */
    private static String bag(String topic, int start) {
        if (start >= topic.length()) {
            return "";
        }
        int end = topic.charAt(topic.length() - 1) == '/' ? topic.length() - 1 : topic.length();
        return topic.substring(start, Math.max(start, end));
    }

    private static ClientTopic methodResponse(String topic) throws ProtocolViolation {
        int slash = slash(topic, METHOD_RESPONSE.length());
        String requestId = requestId(topic, query(topic, slash + 1));
        try {
            return new ClientTopic.MethodResponse(
                    Integer.parseInt(topic.substring(METHOD_RESPONSE.length(), slash)), requestId);
        } catch (NumberFormatException _) {
            return new ClientTopic.MethodResponse(UNREADABLE_STATUS, requestId);
        }
    }

    private static int slash(String topic, int start) throws ProtocolViolation {
        int slash = topic.indexOf('/', start);
        if (slash < 0) {
            throw new ProtocolViolation("the topic " + ProtocolViolation.quote(topic) + " has no status");
        }
        return slash;
    }

    private static int status(String topic, int start, int end) throws ProtocolViolation {
        try {
            return Integer.parseInt(topic.substring(start, end));
        } catch (NumberFormatException _) {
            throw new ProtocolViolation(
                    "the topic " + ProtocolViolation.quote(topic) + " has no number for its status");
        }
    }

    /** What follows the {@code ?} that must stand at a position, or nothing where the topic ends there. */
    private static String query(String topic, int start) throws ProtocolViolation {
        if (start >= topic.length()) {
            return "";
        }
        if (topic.charAt(start) != '?') {
            throw new ProtocolViolation(
                    "the topic " + ProtocolViolation.quote(topic) + " has something unknown at character " + start);
        }
        return topic.substring(start + 1);
    }

    private static String requestId(String topic, String query) throws ProtocolViolation {
        String rid = parameter(query, "$rid");
        if (rid == null) {
            throw new ProtocolViolation("the topic " + ProtocolViolation.quote(topic) + " has no $rid");
        }
        return rid;
    }

    private static OptionalLong version(String topic, String query) throws ProtocolViolation {
        String version = parameter(query, "$version");
        try {
            return version == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(version));
        } catch (NumberFormatException _) {
            throw new ProtocolViolation(
                    "the topic " + ProtocolViolation.quote(topic) + " has no number for its $version");
        }
    }

    /** A parameter's value as it stands, for it is echoed as it stands; null where absent or empty. */
    private static @Nullable String parameter(String query, String name) {
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && equals + 1 < pair.length() && isNamed(pair.substring(0, equals), name)) {
                return pair.substring(equals + 1);
            }
        }
        return null;
    }

    private static boolean isNamed(String key, String name) {
        return key.equals(name) || key.startsWith("%24") && key.regionMatches(3, name, 1, name.length());
    }
}
