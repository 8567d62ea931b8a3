package kant.protocol.amqp.wire;

import java.util.List;
import java.util.Locale;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.net.Percent;
import org.jspecify.annotations.Nullable;

/**
 * Where a link leads (device-protocols.md §3.3, service-protocols.md §3).
 *
 * @param identity whose link it is; null for the CBS node and for what service applications use
 */
public record Address(Kind kind, @Nullable IdentityId identity) {

    /** What a link is for. */
    public enum Kind {
        CBS("$cbs"),
        /** Telemetry from the client; for a module also its inputs, the other way. */
        EVENTS("messages/events"),
        DEVICE_BOUND("messages/devicebound"),
        METHODS("methods/devicebound"),
        TWIN("twin"),
        SERVICE_DEVICE_BOUND("messages/devicebound"),
        FEEDBACK("messages/servicebound/feedback");

        private final String path;

        Kind(String path) {
            this.path = path;
        }
    }

    /** Two ids of 128 characters, each perhaps percent-encoded, and what stands around them. */
    private static final int MAX_CHARACTERS = 2048;

    /** A link of an identity. */
    public static Address of(Kind kind, IdentityId identity) {
        return new Address(kind, identity);
    }

    /**
     * Reads an address: absolute ({@code amqps://host/path}, any host) or a path, with or without its first slash, ids as they are or
     * percent-encoded, fixed words in any case.
     *
     * @throws RefusedException where it leads nowhere, with {@link Refusal.NotFound}
     */
    public static Address parse(@Nullable String text) throws RefusedException {
        if (text == null || text.isEmpty() || text.length() > MAX_CHARACTERS) {
            throw refused(text == null ? "" : text.substring(0, Math.min(text.length(), 64)));
        }
        String path = path(text);
        String[] parts = path.split("/", -1);
        if (!parts[0].equalsIgnoreCase("devices") || parts.length < 3) {
            return new Address(shared(path, text), null);
        }
        boolean module = parts.length > 4 && parts[2].equalsIgnoreCase("modules");
        int rest = module ? 4 : 2;
        try {
            IdentityId identity = new IdentityId(Percent.decode(parts[1]), module ? Percent.decode(parts[3]) : null);
            return new Address(kind(String.join("/", List.of(parts).subList(rest, parts.length)), text), identity);
        } catch (IllegalArgumentException _) {
            throw refused(text);
        }
    }

    /** The path, ids percent-encoded. */
    public String text() {
        if (identity == null) {
            return kind == Kind.CBS ? kind.path : "/" + kind.path;
        }
        var text = new StringBuilder("/devices/");
        Percent.encode(identity.deviceId(), text);
        if (identity.moduleId() != null) {
            Percent.encode(identity.moduleId(), text.append("/modules/"));
        }
        return text.append('/').append(kind.path).toString();
    }

    private static String path(String text) {
        int scheme = text.indexOf("://");
        int start = scheme < 0 ? 0 : text.indexOf('/', scheme + 3);
        if (start < 0) {
            return "";
        }
        return start < text.length() && text.charAt(start) == '/' ? text.substring(start + 1) : text.substring(start);
    }

    private static Kind shared(String path, String text) throws RefusedException {
        return switch (path.toLowerCase(Locale.ROOT)) {
            case "$cbs" -> Kind.CBS;
            case "messages/devicebound" -> Kind.SERVICE_DEVICE_BOUND;
            case "messages/servicebound/feedback" -> Kind.FEEDBACK;
            default -> throw refused(text);
        };
    }

    private static Kind kind(String path, String text) throws RefusedException {
        return switch (path.toLowerCase(Locale.ROOT)) {
            case "messages/events" -> Kind.EVENTS;
            case "messages/devicebound" -> Kind.DEVICE_BOUND;
            case "methods/devicebound" -> Kind.METHODS;
            case "twin" -> Kind.TWIN;
            default -> throw refused(text);
        };
    }

    private static RefusedException refused(String text) {
        return new RefusedException(new Refusal.NotFound(
                "there is nothing at the address \"" + text + "\"; addresses look like /devices/{id}/messages/events"));
    }
}
