package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query.
 *
 * @param top at most so many, {@link Integer#MAX_VALUE} for all
 * @param where null for all
 */
public record Select(
        Columns columns, int top, Source source, @Nullable Condition where) {

    /** Whose twins are asked for. */
    public enum Source {
        DEVICES,
        MODULES
    }

    /** What of a twin is asked for. */
    public sealed interface Columns {
        /** {@code *}. */
        record All() implements Columns {}

        /** Only how many there are. */
        record Count(String name) implements Columns {}

        record Some(List<Column> columns) implements Columns {
            public Some {
                columns = List.copyOf(columns);
            }

            /** These columns of a twin; what the twin does not have is left out. */
            public ObjectNode of(TwinFields twin) {
                ObjectNode row = JsonNodeFactory.instance.objectNode();
                for (Column column : columns) {
                    JsonNode value = twin.value(column.attribute());
                    if (!value.isMissingNode()) {
                        row.set(column.name(), value);
                    }
                }
                return row;
            }
        }
    }

    public record Column(Expression.Attribute attribute, String name) {}

    public boolean matches(TwinFields twin) {
        return where == null || where.matches(twin);
    }

    /** The one text that a field must equal, where the query says so in so many words; a way to look at fewer twins. */
    public @Nullable String only(Field field) {
        return Optional.ofNullable(where)
                .flatMap(condition -> condition.required(field))
                .orElse(null);
    }
}
