package kant.edgehub.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.routing.PolicyText;
import kant.routing.Route;
import kant.routing.RouteTable;
import kant.upstream.budget.UpstreamLimits;

/**
 * Desired properties of {@code $edgeHub} to a {@link HubConfiguration}, or a refusal; all or nothing. Texts follow the
 * original's (routing-and-store.md §1.1), because people search for them.
 */
public final class ConfigurationParser {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(\\.\\d{1,9}){0,2}");
    private static final int MAX_MINOR = 3;

    /** Compiled routes cost memory; the twin's 32 KB cannot hold many more than this. */
    private static final int MAX_ROUTES = 1000;

    private static final long MAX_TTL_SECONDS = 0xffff_ffffL;

    private final String deviceId;
    private final long defaultTtlSeconds;
    private final UpstreamLimits defaultLimits;

    /**
     * @param deviceId of this edge device, part of the names of module endpoints
     * @param defaultTtlSeconds where the twin has none; negative is for ever
     * @param defaultLimits where the twin has none
     */
    public ConfigurationParser(String deviceId, long defaultTtlSeconds, UpstreamLimits defaultLimits) {
        this.deviceId = deviceId;
        this.defaultTtlSeconds = defaultTtlSeconds;
        this.defaultLimits = defaultLimits;
    }

    /** Reads one; compiles every route, so that what is accepted works. */
    public HubConfiguration parse(ObjectNode desired, long version) throws RefusedException {
        int minor = schemaMinor(desired);
        JsonNode store = desired.path("storeAndForwardConfiguration");
        if (minor > 0 && !store.isObject()) {
            throw refused("storeAndForwardConfiguration is missing or not an object");
        }
        JsonNode routes = desired.path("routes");
        if (minor > 0 && !routes.isObject()) {
            throw refused("routes is missing or not an object");
        }
        long ttlSeconds = integer(store, "timeToLiveSecs", Integer.MIN_VALUE, Integer.MAX_VALUE)
                .orElse(defaultTtlSeconds);
        RouteTable table = RouteTable.of(deviceId, routes(routes, minor, ttlSeconds));
        UpstreamLimits upstream = UpstreamLimitsParser.read(desired, defaultLimits);
        return new HubConfiguration(version, table, maxBytes(store), upstream);
    }

    private static int schemaMinor(ObjectNode desired) throws RefusedException {
        JsonNode text = desired.path("schemaVersion");
        if (!text.isTextual() || text.textValue().isBlank()) {
            throw refused("EdgeHub config missing SchemaVersion");
        }
        Matcher matcher = VERSION.matcher(text.textValue().strip());
        if (!matcher.matches()) {
            throw refused("Error parsing schema version string: \"" + text.textValue() + "\"; use \"1.1\"");
        }
        int minor = Integer.parseInt(matcher.group(2));
        if (Integer.parseInt(matcher.group(1)) != 1 || minor > MAX_MINOR) {
            throw refused("EdgeHub config contains unsupported SchemaVersion: \"" + text.textValue()
                    + "\"; this hub knows 1.0 to 1." + MAX_MINOR);
        }
        return minor;
    }

    private static List<Route> routes(JsonNode routes, int minor, long ttlSeconds) throws RefusedException {
        List<Route> compiled = new ArrayList<>();
        for (var field : routes.properties()) {
            if (compiled.size() == MAX_ROUTES) {
                throw refused("there are more than " + MAX_ROUTES + " routes");
            }
            route(field.getKey(), field.getValue(), minor, ttlSeconds, compiled);
        }
        return compiled;
    }

    private static void route(String name, JsonNode value, int minor, long ttlSeconds, List<Route> into)
            throws RefusedException {
        if (value.isTextual() && (minor > 0 || !value.textValue().isBlank())) {
            into.add(compile(name, value.textValue(), Target.DEFAULT_PRIORITY, ttlSeconds, Policy.DEFAULT));
        } else if (value.isObject() && minor > 0) {
            long priority = integer(value, name, "priority", 0, 9).orElse(Target.DEFAULT_PRIORITY);
            long own =
                    integer(value, name, "timeToLiveSecs", 0, MAX_TTL_SECONDS).orElse(0);
            Policy policy = PolicyText.read(name, value);
            into.add(compile(name, value.path("route").asText(""), priority, own == 0 ? ttlSeconds : own, policy));
        } else if (!value.isTextual()) {
            throw refused("Malformed route specification of \"" + name + "\": "
                    + (minor > 0 ? "a text or an object" : "a text") + " is expected");
        }
    }

    private static Route compile(String name, String text, long priority, long ttlSeconds, Policy policy)
            throws RefusedException {
        if (name.isBlank() || text.isBlank()) {
            throw refused("route \"" + name + "\" has no " + (name.isBlank() ? "name" : "text"));
        }
        return Route.compile(name, text, priority, ttlSeconds < 0 ? Target.FOREVER : ttlSeconds * 1000, policy);
    }

    private static OptionalLong maxBytes(JsonNode store) throws RefusedException {
        JsonNode limits = store.path("storeLimits");
        if (limits.isMissingNode() || limits.isNull()) {
            return OptionalLong.empty();
        }
        return integer(limits, "storeAndForwardConfiguration.storeLimits", "maxSizeBytes", 1, Long.MAX_VALUE);
    }

    private static OptionalLong integer(JsonNode in, String name, long least, long most) throws RefusedException {
        return integer(in, "storeAndForwardConfiguration", name, least, most);
    }

    private static OptionalLong integer(JsonNode in, String owner, String name, long least, long most)
            throws RefusedException {
        JsonNode value = in.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw refused(
                    name + " of \"" + owner + "\" is " + value + ", not a whole number from " + least + " to " + most);
        }
        return OptionalLong.of(value.longValue());
    }

    private static RefusedException refused(String reason) {
        return new RefusedException(new Refusal.Invalid(reason));
    }
}
