package kant.edgedaemon.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.unix.ApiAnswer;

/**
 * One route of an API.
 *
 * @param path segments; <code>{name}</code> takes any
 * @param since the version that brought it
 */
public record Route(String method, List<String> path, ApiVersion since, Access access, Action action) {

    /** Who may use a route. */
    public enum Access {
        /** Whoever can open the socket. */
        ANYONE,
        /** Whoever can open the socket, if the platform tells who it is. */
        KNOWN_PEER,
        /** The module that the path's <code>{name}</code> names. */
        NAMED_MODULE,
        /** The agent. */
        AGENT
    }

    /** What a route does. */
    public interface Action {
        ApiAnswer run(RouteCall call) throws Exception;
    }

    /** A route of the first version. */
    public static Route of(String method, String path, Access access, Action action) {
        return of(method, path, ApiVersion.V2018_06_28, access, action);
    }

    public static Route of(String method, String path, ApiVersion since, Access access, Action action) {
        return new Route(method, List.of(path.substring(1).split("/")), since, access, action);
    }

    /** The path's parameters, if these segments are this route's. */
    Optional<Map<String, String>> match(List<String> segments) {
        if (segments.size() != path.size()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String pattern = path.get(i);
            if (pattern.startsWith("{")) {
                parameters.put(pattern.substring(1, pattern.length() - 1), segments.get(i));
            } else if (!pattern.equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }
}
