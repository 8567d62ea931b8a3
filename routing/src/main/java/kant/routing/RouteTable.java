package kant.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.model.message.Message;
import kant.model.message.Target;

/**
 * All routes of one edge device. Immutable: a new configuration is a new table.
 *
 * <p>Every route is asked; their order has no meaning, and there is no fallback route. Per endpoint a message goes once,
 * with the lowest priority number among the routes that took it. Among equal priorities the longest ttl and the strictest
 * policy win, so that no message expires sooner, or is given up more easily, than one of its routes promised (the original
 * leaves this open).
 */
public final class RouteTable {
    private static final RouteTable EMPTY = new RouteTable(List.of());

    /** A route with what it gives on this device. */
    private record Entry(Route route, Match match) {}

    private final List<Entry> entries;

    private RouteTable(List<Entry> entries) {
        this.entries = entries;
    }

    /** No routes: no message goes anywhere. */
    public static RouteTable empty() {
        return EMPTY;
    }

    /** A table for the edge device {@code deviceId}, whose id is part of the endpoints of module inputs. */
    public static RouteTable of(String deviceId, List<Route> routes) {
        return new RouteTable(routes.stream()
                .map(route -> new Entry(route, new Match(route.name(), route.target(deviceId))))
                .toList());
    }

    /** The routes as given. */
    public List<Route> routes() {
        return entries.stream().map(Entry::route).toList();
    }

    /** The ids of all endpoints that the routes name. */
    public Set<String> endpoints() {
        var endpoints = new LinkedHashSet<String>();
        for (Entry entry : entries) {
            endpoints.add(entry.match().target().endpoint());
        }
        return endpoints;
    }

    /** Where the message goes, one target per endpoint; the short form of {@link #route}. */
    public List<Target> match(Message message) {
        return route(message, TwinSource.NONE).targets();
    }

    /** Asks every route; body and twin are looked at at most once, and only if a condition asks for them. */
    public Routing route(Message message, TwinSource twins) {
        var evaluation = new Evaluation(message, twins);
        String source = Source.of(message);
        var matches = new ArrayList<Match>(2);
        for (Entry entry : entries) {
            if (entry.route().matches(source, evaluation)) {
                matches.add(entry.match());
            }
        }
        if (matches.isEmpty() && evaluation.bodyProblem().isEmpty()) {
            return Routing.NOWHERE;
        }
        return new Routing(onePerEndpoint(matches), matches, evaluation.bodyProblem());
    }

    private static List<Target> onePerEndpoint(List<Match> matches) {
        if (matches.size() <= 1) {
            return matches.stream().map(Match::target).toList();
        }
        Map<String, Target> best = new LinkedHashMap<>();
        for (Match match : matches) {
            best.merge(match.target().endpoint(), match.target(), RouteTable::better);
        }
        return List.copyOf(best.values());
    }

    private static Target better(Target a, Target b) {
        if (a.priority() != b.priority()) {
            return a.priority() < b.priority() ? a : b;
        }
        Target longer = waits(a) >= waits(b) ? a : b;
        return new Target(longer.endpoint(), longer.priority(), longer.ttlMillis(), a.policy().strictest(b.policy()));
    }

    private static long waits(Target target) {
        return target.ttlMillis() < 0 ? Long.MAX_VALUE : target.ttlMillis();
    }
}
