package kant.edgehub.route;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.upstream.budget.QuietHours;
import kant.upstream.budget.UpstreamLimits;

/** Desired {@code upstreamLimits} of {@code $edgeHub}: {@code {"bytesPerSecond": n, "quietHours": ["22:00-06:00", …]}}. */
final class UpstreamLimitsParser {
    private static final String NAME = "upstreamLimits";
    private static final List<String> KNOWN = List.of("bytesPerSecond", "quietHours");

    private UpstreamLimitsParser() {}

    /** @param otherwise what holds for each of them that the twin does not set */
    static UpstreamLimits read(JsonNode desired, UpstreamLimits otherwise) throws RefusedException {
        JsonNode limits = desired.path(NAME);
        if (limits.isMissingNode() || limits.isNull()) {
            return otherwise;
        }
        if (!limits.isObject()) {
            throw refused(NAME + " is " + limits + ", not an object");
        }
        for (var field : limits.properties()) {
            if (!KNOWN.contains(field.getKey())) {
                throw refused(NAME + " has no \"" + field.getKey() + "\"; it knows " + String.join(" and ", KNOWN));
            }
        }
        try {
            return new UpstreamLimits(
                    rate(limits.path("bytesPerSecond"), otherwise), quiet(limits.path("quietHours"), otherwise));
        } catch (IllegalArgumentException e) {
            throw refused(NAME + ": " + e.getMessage());
        }
    }

    private static OptionalLong rate(JsonNode rate, UpstreamLimits otherwise) throws RefusedException {
        if (rate.isMissingNode() || rate.isNull()) {
            return otherwise.bytesPerSecond();
        }
        if (!rate.isIntegralNumber() || !rate.canConvertToLong()) {
            throw refused(NAME + ".bytesPerSecond is " + rate + ", not a whole number");
        }
        return OptionalLong.of(rate.longValue());
    }

    private static QuietHours quiet(JsonNode hours, UpstreamLimits otherwise) throws RefusedException {
        if (hours.isMissingNode() || hours.isNull()) {
            return otherwise.quiet();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : hours) {
            texts.add(each.asText());
        }
        if (!hours.isArray()) {
            throw refused(NAME + ".quietHours is " + hours + ", not an array of texts such as \"22:00-06:00\"");
        }
        return QuietHours.parse(texts);
    }

    private static RefusedException refused(String reason) {
        return new RefusedException(new Refusal.Invalid(reason));
    }
}
