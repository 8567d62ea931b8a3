package kant.routing;

import java.util.List;
import java.util.Optional;
import kant.model.message.Target;

/**
 * What a {@link RouteTable} says about one message.
 *
 * @param targets one per endpoint; empty where no route takes the message, which is then accepted and dropped
 * @param matches every route that took it, in the table's order, for counting
 * @param bodyProblem why {@code $body} was undefined although a condition asked for it, worth one warning in a log
 */
public record Routing(List<Target> targets, List<Match> matches, Optional<String> bodyProblem) {
    static final Routing NOWHERE = new Routing(List.of(), List.of(), Optional.empty());

    public Routing {
        targets = List.copyOf(targets);
        matches = List.copyOf(matches);
    }
}
