package kant.edgedaemon.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.unix.ApiAnswer;
import kant.daemonapi.unix.ApiCall;
import kant.daemonapi.unix.ApiHandler;
import kant.edgedaemon.engine.EngineException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/** Finds the route of a call and answers what all routes answer alike, in the order of reference/daemon.md §1.2. */
public final class Router implements ApiHandler {

    private final List<Route> routes;
    private final CallerCheck callers;
    private final @Nullable String socketOf;

    /** @param socketOf the module whose own socket this serves; null for a shared one */
    public Router(List<Route> routes, CallerCheck callers, @Nullable String socketOf) {
        this.routes = List.copyOf(routes);
        this.callers = callers;
        this.socketOf = socketOf;
    }

    private record Found(Route route, Map<String, String> parameters) {}

    @Override
    public ApiAnswer handle(ApiCall call) throws Exception {
        String given = call.query().get("api-version");
        if (given == null) {
            return ApiAnswer.error(400, "api-version not specified");
        }
        Optional<ApiVersion> version = ApiVersion.parse(given);
        if (version.isEmpty()) {
            return ApiAnswer.error(400, "invalid api-version \"" + given + "\"");
        }
        List<Found> found = find(call, version.get());
        if (found.isEmpty()) {
            return ApiAnswer.error(404, "not found");
        }
        for (Found candidate : found) {
            if (candidate.route().method().equals(call.method())) {
                return answer(candidate, call);
            }
        }
        return ApiAnswer.error(400, "method not allowed");
    }

    private List<Found> find(ApiCall call, ApiVersion version) {
        List<Found> found = new ArrayList<>();
        for (Route route : routes) {
            boolean visible = version.has(route.since())
                    && (route.access() != Route.Access.KNOWN_PEER || callers.knows(call.peer()));
            route.match(call.segments())
                    .filter(_ -> visible)
                    .ifPresent(parameters -> found.add(new Found(route, parameters)));
        }
        return found;
    }

    private ApiAnswer answer(Found found, ApiCall call) throws Exception {
        try {
            if (!allowed(found, call)) {
                return ApiAnswer.error(403, "forbidden");
            }
        } catch (EngineException e) {
            return ApiAnswer.error(e.status(), chain(e));
        }
        String type = mediaType(call);
        boolean json = type.isEmpty() || type.equals("application/json");
        if (call.method().equals("PUT") && !json) {
            return ApiAnswer.error(415, "unsupported media type \"" + type + "\", send application/json");
        }
        JsonNode body = null;
        if (json && call.body().length > 0) {
            try {
                body = JsonText.read(call.body());
            } catch (JacksonException e) {
                return ApiAnswer.error(422, "the request's body is not JSON: " + e.getOriginalMessage());
            }
        }
        return run(found.route(), new RouteCall(call, found.parameters(), body));
    }

    private static ApiAnswer run(Route route, RouteCall call) throws Exception {
        try {
            return route.action().run(call);
        } catch (RefusedException e) {
            return ApiAnswer.error(status(e.refusal()), e.refusal().reason());
        } catch (EngineException e) {
            return ApiAnswer.error(e.status(), chain(e));
        } catch (IOException e) {
            return ApiAnswer.error(500, chain(e));
        }
    }

    private boolean allowed(Found found, ApiCall call) throws EngineException {
        return switch (found.route().access()) {
            case ANYONE, KNOWN_PEER -> true;
            case NAMED_MODULE -> callers.isModule(found.parameters().getOrDefault("name", ""), socketOf, call.peer());
            case AGENT -> callers.isAgent(call.peer());
        };
    }

    private static String mediaType(ApiCall call) {
        String type = call.header("content-type");
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static int status(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _ -> 403;
            case Refusal.NotFound _ -> 404;
            case Refusal.AlreadyExists _ -> 409;
            case Refusal.Invalid _ -> 400;
            case Refusal.PreconditionFailed _ -> 412;
            case Refusal.TooLarge _ -> 413;
            case Refusal.StoreFull _, Refusal.LimitExceeded _ -> 429;
            case Refusal.NotConnected _, Refusal.Unavailable _ -> 503;
            case Refusal.TimedOut _ -> 504;
        };
    }

    private static String chain(Throwable failure) {
        var text = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            text.append("\ncaused by: ").append(cause.getMessage());
        }
        return text.toString();
    }
}
