package kant.protocol.device;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.http.HttpCall;
import kant.protocol.port.LockedMessage;

/** A message's properties as headers (device-protocols.md §4.2). */
final class MessageHeaders {
    private static final Map<String, String> SYSTEM = Map.ofEntries(
            Map.entry("iothub-messageid", SystemProperties.MESSAGE_ID),
            Map.entry("iothub-correlationid", SystemProperties.CORRELATION_ID),
            Map.entry("iothub-userid", SystemProperties.USER_ID),
            Map.entry("iothub-to", SystemProperties.TO),
            Map.entry("iothub-expiry", SystemProperties.EXPIRY),
            Map.entry("iothub-ack", SystemProperties.ACK),
            Map.entry("iothub-contenttype", SystemProperties.CONTENT_TYPE),
            Map.entry("iothub-contentencoding", SystemProperties.CONTENT_ENCODING),
            Map.entry("iothub-creation-time-utc", SystemProperties.CREATION_TIME),
            Map.entry("iothub-message-schema", SystemProperties.MESSAGE_SCHEMA),
            Map.entry("iothub-interface-id", SystemProperties.INTERFACE_ID),
            Map.entry("iothub-operation", SystemProperties.OPERATION),
            Map.entry("iothub-outputname", SystemProperties.OUTPUT_NAME),
            Map.entry("dt-subject", SystemProperties.COMPONENT));

    /** As the cloud writes them, in UTC. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MM/dd/yyyy hh:mm:ss a", Locale.ROOT);

    private MessageHeaders() {}

    /**
     * Reads a message.
     *
     * @param headers by name in any case; the ones that mean nothing here are left out
     */
    static Message read(IdentityId sender, Map<String, String> headers, byte[] payload) {
        Map<String, String> system = new HashMap<>();
        Map<String, String> properties = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            String known = SYSTEM.get(name.toLowerCase(Locale.ROOT));
            if (known != null && !value.isEmpty()) {
                system.put(known, value);
            } else if (isProperty(name)) {
                properties.put(name.substring(HttpCall.PROPERTY_PREFIX.length()), value);
            }
        });
        return new Message(sender, system, properties, payload);
    }

    /** Writes a message's; some are there always, for clients that do not look whether they are. */
    static Map<String, String> write(LockedMessage locked) {
        Message message = locked.message();
        Map<String, String> headers = new LinkedHashMap<>();
        message.properties()
                .forEach((name, value) ->
                        headers.put(HttpCall.PROPERTY_PREFIX + HeaderText.name(name), HeaderText.value(value)));
        headers.put("etag", "\"" + HeaderText.value(locked.lockToken()) + "\"");
        headers.put("iothub-deliverycount", Integer.toString(locked.deliveryCount()));
        put(headers, "iothub-messageid", message, SystemProperties.MESSAGE_ID);
        put(headers, "iothub-correlationid", message, SystemProperties.CORRELATION_ID);
        put(headers, "iothub-userid", message, SystemProperties.USER_ID);
        put(headers, "iothub-to", message, SystemProperties.TO);
        put(headers, "iothub-ack", message, SystemProperties.ACK);
        put(headers, "iothub-sequencenumber", message, SystemProperties.SEQUENCE_NUMBER);
        headers.put("iothub-enqueuedtime", date(value(message, SystemProperties.ENQUEUED_TIME)));
        headers.put("iothub-expiry", date(value(message, SystemProperties.EXPIRY)));
        // the documented name, and the one that the Java SDK reads
        put(headers, "ContentType", message, SystemProperties.CONTENT_TYPE);
        put(headers, "ContentEncoding", message, SystemProperties.CONTENT_ENCODING);
        put(headers, "iothub-contenttype", message, SystemProperties.CONTENT_TYPE);
        put(headers, "iothub-contentencoding", message, SystemProperties.CONTENT_ENCODING);
        return headers;
    }

    private static boolean isProperty(String name) {
        int prefix = HttpCall.PROPERTY_PREFIX.length();
        return name.length() > prefix && name.regionMatches(true, 0, HttpCall.PROPERTY_PREFIX, 0, prefix);
    }

    private static void put(Map<String, String> headers, String name, Message message, String property) {
        headers.put(name, HeaderText.value(value(message, property)));
    }

    private static String value(Message message, String property) {
        return message.systemProperties().getOrDefault(property, "");
    }

    private static String date(String iso) {
        try {
            return iso.isEmpty() ? "" : DATE.format(OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return HeaderText.value(iso); // a sender's own idea of a date goes through as it is
        }
    }
}
