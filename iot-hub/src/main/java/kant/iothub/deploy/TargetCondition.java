package kant.iothub.deploy;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import kant.iothub.query.Condition;
import kant.iothub.query.Field;
import kant.iothub.query.QueryException;
import kant.iothub.query.QueryParser;
import kant.iothub.query.TwinFields;

/** Which edge devices a configuration is for (agent.md §10.3). */
sealed interface TargetCondition {

    /** {@code *}. */
    record All() implements TargetCondition {}

    /** An empty text: the configuration is not in force. */
    record None() implements TargetCondition {}

    record Where(Condition condition) implements TargetCondition {}

    /** What the registry and services say of a device; what it reports itself would let it choose its deployment. */
    Set<Field> ALLOWED = EnumSet.of(Field.DEVICE_ID, Field.TAGS, Field.CAPABILITIES, Field.STATUS, Field.DEVICE_SCOPE);

    static TargetCondition parse(String text) throws QueryException {
        String plain = text.strip();
        if (plain.isEmpty()) {
            return new None();
        }
        if (plain.equals("*")) {
            return new All();
        }
        if (plain.toLowerCase(Locale.ROOT).startsWith("from ")) {
            throw notADeployment("it asks for modules");
        }
        Condition condition = QueryParser.condition(plain);
        for (Field field : condition.fields()) {
            if (!ALLOWED.contains(field)) {
                throw notADeployment("it asks for " + field.text());
            }
        }
        return new Where(condition);
    }

    /** Whether an edge device is one of them. */
    default boolean matches(TwinFields device) {
        return switch (this) {
            case All _ -> true;
            case None _ -> false;
            case Where(Condition condition) -> condition.matches(device);
        };
    }

    private static QueryException notADeployment(String why) {
        return new QueryException(why + "; the target of a deployment is chosen by "
                + ALLOWED.stream().map(Field::text).collect(Collectors.joining(", ")));
    }
}
