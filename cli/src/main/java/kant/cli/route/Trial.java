package kant.cli.route;

import kant.cli.host.CliException;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.routing.Condition;
import kant.routing.Explanation;
import kant.routing.Route;
import kant.routing.TwinSource;
import org.jspecify.annotations.Nullable;

/**
 * What is tried on messages.
 *
 * @param text as it was given
 * @param route null for a condition alone
 */
record Trial(String name, String text, @Nullable Route route, Condition condition) {

    /** A route at the default priority, kept for ever. */
    static Trial route(String name, String text) throws CliException {
        return route(name, text, Target.DEFAULT_PRIORITY, Policy.DEFAULT);
    }

    static Trial route(String name, String text, long priority, Policy policy) throws CliException {
        try {
            Route route = Route.compile(name, text, priority, Target.FOREVER, policy);
            return new Trial(name, text, route, Condition.compile(route.condition()));
        } catch (RefusedException e) {
            throw new CliException(e.refusal().reason(), e);
        }
    }

    static Trial condition(String text) throws CliException {
        try {
            return new Trial("condition", text, null, Condition.compile(text));
        } catch (RefusedException e) {
            throw new CliException(e.refusal().reason(), e);
        }
    }

    Explanation explain(Message message, TwinSource twins) {
        return route == null ? condition.explain(message, twins) : route.explain(message, twins);
    }
}
