package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.List;
import java.util.stream.Stream;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Target;
import kant.routing.Route;
import kant.routing.RouteTable;
import kant.routing.TwinSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a route or is refused with a reason; a route can be asked about any message. */
class RoutesFuzz {
    static Stream<String> seeds() {
        return Seeds.texts("routes.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void route(@NotNull String text) {
        Route route;
        try {
            route = Route.compile("r", text, Target.DEFAULT_PRIORITY, Target.FOREVER);
        } catch (RefusedException e) {
            if (!(e.refusal() instanceof Refusal.Invalid) || !e.getMessage().startsWith("Error parsing route r - ")) {
                throw new AssertionError("a route is refused in other words", e);
            }
            return;
        }
        RouteTable table = RouteTable.of("edge", List.of(route));
        for (var message : SampleMessages.ALL) {
            boolean taken = !table.route(message, TwinSource.NONE).targets().isEmpty();
            if (taken != route.matches(message, TwinSource.NONE)) {
                throw new AssertionError("the table and its only route disagree");
            }
        }
    }
}
