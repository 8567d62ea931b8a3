package kant.protocol.mqtt;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import kant.model.message.SystemProperties;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.Percent;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message as the last segment of its topic: {@code key=value&key=value}, keys and values percent-encoded
 * (reference/device-protocols.md §1.8).
 *
 * @param system system properties by the internal names of {@link SystemProperties}
 * @param properties application properties in the order of the bag; a key without a value has the empty one
 */
public record PropertyBag(Map<String, String> system, Map<String, String> properties) {

    /** No properties at all. */
    public static final PropertyBag EMPTY = new PropertyBag(Map.of(), Map.of());

    /** Wire key to internal name, both ways between client and hub. */
    private static final Map<String, String> INTERNAL = Map.ofEntries(
            Map.entry("$.mid", SystemProperties.MESSAGE_ID),
            Map.entry("$.cid", SystemProperties.CORRELATION_ID),
            Map.entry("$.uid", SystemProperties.USER_ID),
            Map.entry("$.to", SystemProperties.TO),
            Map.entry("$.exp", SystemProperties.EXPIRY),
            Map.entry("$.ct", SystemProperties.CONTENT_TYPE),
            Map.entry("$.ce", SystemProperties.CONTENT_ENCODING),
            Map.entry("$.ctime", SystemProperties.CREATION_TIME),
            Map.entry("$.schema", SystemProperties.MESSAGE_SCHEMA),
            Map.entry("$.on", SystemProperties.OUTPUT_NAME),
            Map.entry("$.cdid", SystemProperties.CONNECTION_DEVICE_ID),
            Map.entry("$.cmid", SystemProperties.CONNECTION_MODULE_ID),
            Map.entry("$.ifid", SystemProperties.INTERFACE_ID),
            Map.entry("$.sub", SystemProperties.COMPONENT),
            Map.entry("iothub-operation", SystemProperties.OPERATION),
            Map.entry("iothub-ack", SystemProperties.ACK),
            Map.entry("kant-message-id", SystemProperties.EDGE_MESSAGE_ID));

    /** The other spelling of {@code iothub-ack}, used by the original Edge Hub; understood, never sent. */
    private static final String EDGE_ACK = "ack";

    private static final Map<String, String> WIRE = wireNames();

    /** Who spoke is stamped by the hub, never taken from a client (Java SDK clients send both). */
    private static final Set<String> HUBS_TO_SAY =
            Set.of(SystemProperties.CONNECTION_DEVICE_ID, SystemProperties.CONNECTION_MODULE_ID);

    /** What only a sender says: the original's outgoing map has neither. */
    private static final Set<String> SENDERS_TO_SAY =
            Set.of(SystemProperties.OUTPUT_NAME, SystemProperties.INTERFACE_ID);

    /** Reads what a client sent; claims about the sender are dropped. */
    public static PropertyBag fromClient(String bag) throws ProtocolViolation {
        return decode(bag, HUBS_TO_SAY);
    }

    /** Reads what a hub sent. */
    public static PropertyBag fromHub(String bag) throws ProtocolViolation {
        return decode(bag, Set.of());
    }

    /**
     * The bag for a client. System properties come first and their {@code $} is encoded, and empty values are left out:
     * the Java SDK reads a bag from its first {@code %24} on and drops a message that has an empty value.
     */
    public String toClient() {
        return encode(SENDERS_TO_SAY, false);
    }

    /** The bag for a parent hub: as for a client, without claims about the sender, empty values kept. */
    public String toHub() {
        return encode(HUBS_TO_SAY, true);
    }

    private static PropertyBag decode(String bag, Set<String> ignored) throws ProtocolViolation {
        if (bag.isEmpty()) {
            return EMPTY;
        }
        Map<String, String> system = new HashMap<>();
        Map<String, String> properties = new LinkedHashMap<>();
        int start = 0;
        while (start <= bag.length()) {
            int end = bag.indexOf('&', start);
            end = end < 0 ? bag.length() : end;
            int equals = equalsSign(bag, start, end);
            String key = ProtocolViolation.decode(bag.substring(start, equals));
            String value = equals == end ? "" : ProtocolViolation.decode(bag.substring(equals + 1, end));
            String internal = internalName(key);
            if (internal == null) {
                properties.put(key, value);
            } else if (!ignored.contains(internal)) {
                system.put(internal, value);
            }
            start = end + 1;
        }
        return new PropertyBag(system, properties);
    }

    /** Where the key ends: at its '=', or at the end of a key without a value. */
    private static int equalsSign(String bag, int start, int end) throws ProtocolViolation {
        int equals = bag.indexOf('=', start);
        if (equals < 0 || equals > end) {
            equals = end;
        }
        if (equals == start) {
            throw new ProtocolViolation("the property bag has a property without a name at character " + start);
        }
        if (equals < end && bag.indexOf('=', equals + 1) > 0 && bag.indexOf('=', equals + 1) < end) {
            throw new ProtocolViolation("the property bag has a '=' inside a value at character "
                    + bag.indexOf('=', equals + 1) + "; it must be written %3D");
        }
        return equals;
    }

    private static @Nullable String internalName(String key) {
        return key.equals(EDGE_ACK) ? SystemProperties.ACK : INTERNAL.get(key);
    }

    private String encode(Set<String> left, boolean emptyValues) {
        var bag = new StringBuilder(64);
        // the keys that begin with %24 first, so that a client that begins there misses nothing
        appendSystem(bag, left, emptyValues, true);
        appendSystem(bag, left, emptyValues, false);
        for (var property : properties.entrySet()) {
            append(bag, property.getKey(), property.getValue(), emptyValues);
        }
        return bag.toString();
    }

    private void appendSystem(StringBuilder bag, Set<String> left, boolean emptyValues, boolean dollar) {
        for (var property : system.entrySet()) {
            String wire = WIRE.get(property.getKey());
            if (wire != null && wire.charAt(0) == '$' == dollar && !left.contains(property.getKey())) {
                append(bag, wire, property.getValue(), emptyValues);
            }
        }
    }

    private static void append(StringBuilder bag, String key, String value, boolean emptyValues) {
        if (key.isEmpty() || value.isEmpty() && !emptyValues) {
            return;
        }
        if (!bag.isEmpty()) {
            bag.append('&');
        }
        Percent.encode(key, bag);
        bag.append('=');
        Percent.encode(value, bag);
    }

    private static Map<String, String> wireNames() {
        Map<String, String> wire = new HashMap<>();
        INTERNAL.forEach((key, internal) -> wire.put(internal, key));
        return Map.copyOf(wire);
    }
}
