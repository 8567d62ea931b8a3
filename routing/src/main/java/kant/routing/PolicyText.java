package kant.routing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Policy;

/** {@code whenFull} and {@code order} of a route that is written as an object; our own addition to the {@code $edgeHub} schema. */
public final class PolicyText {
    private PolicyText() {}

    /**
     * Reads both, each with its default where it is missing or null.
     *
     * @param route its name, for the refusal
     * @param object the route as it stands in the desired properties
     */
    public static Policy read(String route, JsonNode object) throws RefusedException {
        return new Policy(
                read(route, object, "whenFull", Policy.WhenFull.values(), Policy.DEFAULT.whenFull()),
                read(route, object, "order", Policy.Order.values(), Policy.DEFAULT.order()));
    }

    /** As it is written in the desired properties: {@code dropOldest} for {@code DROP_OLDEST}. */
    public static String text(Enum<?> value) {
        String[] words = value.name().toLowerCase(Locale.ROOT).split("_");
        return words[0]
                + Arrays.stream(words)
                        .skip(1)
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .collect(Collectors.joining());
    }

    private static <E extends Enum<E>> E read(String route, JsonNode object, String name, E[] known, E otherwise)
            throws RefusedException {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        for (E one : known) {
            if (value.isTextual() && text(one).equals(value.textValue())) {
                return one;
            }
        }
        Function<E, String> quoted = one -> '"' + text(one) + '"';
        throw new RefusedException(new Refusal.Invalid(name + " of route \"" + route + "\" is " + value + ", none of "
                + Arrays.stream(known).map(quoted).collect(Collectors.joining(", "))));
    }
}
