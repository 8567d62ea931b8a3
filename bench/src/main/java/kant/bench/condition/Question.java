package kant.bench.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.routing.Condition;
import kant.routing.Route;
import kant.routing.RouteTable;
import kant.routing.TwinSource;

/**
 * One row of the table: what is asked, and the same asked in another way beside it.
 *
 * @param conditions how many conditions one asking evaluates
 */
public record Question(String name, int conditions, BooleanSupplier asked, String peerName, BooleanSupplier peer) {
    private static final JsonMapper JACKSON = new JsonMapper();
    private static final int ROUTES = 10;

    /** All rows; every condition in them holds. */
    public static List<Question> all() throws RefusedException {
        Message message = Samples.message();
        Map<String, String> properties = message.properties();
        List<Question> all = new ArrayList<>();
        all.add(new Question(
                "level = 'hot'",
                1,
                condition("level = 'hot'", message),
                "by hand",
                () -> "hot".equals(properties.get("level"))));
        all.add(new Question(
                "as_number(temperature) > 20",
                1,
                condition("as_number(temperature) > 20", message),
                "by hand",
                () -> Double.parseDouble(properties.get("temperature")) > 20));
        all.add(new Question(
                ROUTES + " routes WHERE level = 'hot'",
                ROUTES,
                table("level = 'hot'", message),
                "by hand",
                () -> "hot".equals(properties.get("level"))));
        all.add(new Question(
                "$body.machine.temperature > 20",
                1,
                condition("$body.machine.temperature > 20", message),
                "Jackson tree",
                () -> jackson(message)));
        all.add(new Question(
                ROUTES + " routes on that field",
                ROUTES,
                table("$body.machine.temperature > 20", message),
                "Jackson tree",
                () -> jackson(message)));
        return all;
    }

    private static BooleanSupplier condition(String text, Message message) throws RefusedException {
        Condition condition = Condition.compile(text);
        return () -> condition.holds(message, TwinSource.NONE);
    }

    /** All that a hub does to route one message. */
    private static BooleanSupplier table(String condition, Message message) throws RefusedException {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            String text = "FROM /messages/* WHERE " + condition + " INTO $upstream";
            routes.add(Route.compile("r" + i, text, Target.DEFAULT_PRIORITY, Target.FOREVER));
        }
        RouteTable table = RouteTable.of("edge", routes);
        return () -> table.route(message, TwinSource.NONE).matches().size() == ROUTES;
    }

    private static boolean jackson(Message message) {
        try {
            JsonNode tree = JACKSON.readTree(message.payload());
            return tree.path("machine").path("temperature").doubleValue() > 20;
        } catch (IOException e) {
            throw new UncheckedIOException("the sample is JSON", e);
        }
    }
}
