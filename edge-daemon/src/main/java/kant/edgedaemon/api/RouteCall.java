package kant.edgedaemon.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import kant.daemonapi.unix.ApiCall;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** A call that found its route. */
public record RouteCall(
        ApiCall call,
        Map<String, String> parameters,
        @Nullable JsonNode bodyOrNull) {

    /** A parameter of the path. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no parameter \"" + name + "\"");
        }
        return value;
    }

    /** The JSON body. */
    public JsonNode body() throws RefusedException {
        if (bodyOrNull == null) {
            throw new RefusedException(new Refusal.Invalid("missing request body"));
        }
        return bodyOrNull;
    }

    /** A parameter of the query; null where it is absent. */
    public @Nullable String query(String name) {
        return call.query().get(name);
    }

    /** A parameter of the query that is exactly {@code true} or {@code false}; false where it is absent. */
    public boolean flag(String name) throws RefusedException {
        String value = query(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (!value.equals("true")) {
            throw new RefusedException(new Refusal.Invalid("invalid parameter: " + name));
        }
        return true;
    }
}
