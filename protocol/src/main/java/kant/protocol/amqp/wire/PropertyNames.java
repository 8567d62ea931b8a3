package kant.protocol.amqp.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import kant.model.message.SystemProperties;
import org.jspecify.annotations.Nullable;

/** Where a message's system properties stand on the wire (device-protocols.md §1.8, last column). */
final class PropertyNames {
    /** System properties that are application properties on the wire. */
    private static final Map<String, String> APPLICATION = Map.of(
            WireNames.OUTPUT_NAME, SystemProperties.OUTPUT_NAME,
            WireNames.CREATION_TIME, SystemProperties.CREATION_TIME,
            WireNames.MESSAGE_SCHEMA, SystemProperties.MESSAGE_SCHEMA,
            WireNames.OPERATION, SystemProperties.OPERATION,
            WireNames.ACK, SystemProperties.ACK,
            WireNames.EDGE_MESSAGE_ID, SystemProperties.EDGE_MESSAGE_ID);

    /** System properties that are annotations on the wire. */
    private static final Map<String, String> ANNOTATIONS = Map.of(
            WireNames.INTERFACE_ID, SystemProperties.INTERFACE_ID,
            WireNames.COMPONENT, SystemProperties.COMPONENT,
            WireNames.CONNECTION_DEVICE_ID, SystemProperties.CONNECTION_DEVICE_ID,
            WireNames.CONNECTION_MODULE_ID, SystemProperties.CONNECTION_MODULE_ID,
            WireNames.ENQUEUED_TIME, SystemProperties.ENQUEUED_TIME,
            WireNames.SEQUENCE_NUMBER, SystemProperties.SEQUENCE_NUMBER);

    /** Java SDK clients say among their application properties who they are; only the hub says that. */
    private static final Set<String> CLAIMS = Set.of(WireNames.CONNECTION_DEVICE_ID, WireNames.CONNECTION_MODULE_ID);

    private PropertyNames() {}

    /** A message's system properties, those excepted that the peer has no say in. */
    static Map<String, String> system(Sections message, Set<String> ignored) {
        Map<String, String> system = new HashMap<>();
        MessageProperties properties = message.properties();
        put(system, SystemProperties.MESSAGE_ID, properties.messageId());
        put(system, SystemProperties.CORRELATION_ID, properties.correlationId());
        put(system, SystemProperties.USER_ID, properties.userId());
        put(system, SystemProperties.TO, properties.to());
        put(system, SystemProperties.CONTENT_TYPE, properties.contentType());
        put(system, SystemProperties.CONTENT_ENCODING, properties.contentEncoding());
        put(system, SystemProperties.EXPIRY, properties.expiry());
        collect(message.application(), APPLICATION, system);
        collect(message.annotations(), ANNOTATIONS, system);
        system.keySet().removeAll(ignored);
        return system;
    }

    /** A message's application properties: what is left of the section of that name. */
    static Map<String, String> application(Sections message) {
        Map<String, String> properties = new LinkedHashMap<>();
        message.application().forEach((key, value) -> {
            if (!APPLICATION.containsKey(key) && !CLAIMS.contains(key)) {
                properties.put(key, Values.text(value));
            }
        });
        return properties;
    }

    static MessageProperties properties(Map<String, String> system) {
        String userId = system.get(SystemProperties.USER_ID);
        return new MessageProperties(
                system.get(SystemProperties.MESSAGE_ID),
                userId == null ? null : userId.getBytes(StandardCharsets.UTF_8),
                system.get(SystemProperties.TO),
                null,
                system.get(SystemProperties.CORRELATION_ID),
                system.get(SystemProperties.CONTENT_TYPE),
                system.get(SystemProperties.CONTENT_ENCODING),
                Values.time(system.get(SystemProperties.EXPIRY)));
    }

    /** Application properties with the system properties that stand among them. */
    static Map<String, Object> application(
            Map<String, String> system, Map<String, String> properties, Set<String> left) {
        Map<String, Object> application = new LinkedHashMap<>(properties);
        APPLICATION.forEach((wire, internal) -> {
            String value = system.get(internal);
            if (value != null && !left.contains(internal)) {
                application.put(wire, value);
            }
        });
        return application;
    }

    /** The system properties that are annotations, as text. */
    static Map<String, Object> annotations(Map<String, String> system, Set<String> left) {
        Map<String, Object> annotations = new LinkedHashMap<>();
        ANNOTATIONS.forEach((wire, internal) -> {
            String value = system.get(internal);
            if (value != null && !left.contains(internal)) {
                annotations.put(wire, value);
            }
        });
        return annotations;
    }

    private static void collect(
            Map<String, ? extends @Nullable Object> from, Map<String, String> names, Map<String, String> into) {
        if (from.isEmpty()) {
            return;
        }
        names.forEach((wire, internal) -> put(into, internal, from.get(wire)));
    }

    private static void put(Map<String, String> into, String key, @Nullable Object value) {
        if (value != null) {
            into.put(key, value instanceof Instant time ? time.toString() : Values.text(value));
        }
    }
}
