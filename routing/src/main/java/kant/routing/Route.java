package kant.routing;

import java.util.List;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.model.message.Policy;
import kant.model.message.Target;

/**
 * One compiled route: {@code FROM <source> WHERE <condition> INTO <sink>}.
 *
 * <p>Compiling checks everything, types of the condition included, so that a route which compiled never fails later.
 */
public final class Route {
    private final String name;
    private final RouteText parts;
    private final long priority;
    private final long ttlMillis;
    private final Policy policy;

    private Route(String name, RouteText parts, long priority, long ttlMillis, Policy policy) {
        this.name = name;
        this.parts = parts;
        this.priority = priority;
        this.ttlMillis = ttlMillis;
        this.policy = policy;
    }

    /**
     * Compiles a route.
     *
     * @param name for messages and counting; not checked
     * @param priority 0 to 9, or {@link Target#DEFAULT_PRIORITY}; not checked
     * @param ttlMillis as in {@link Target}: the caller resolves "use the global one"
     * @throws RefusedException with every mistake and its line and column:
     *     {@code Error parsing route <name> - line 1, columns 23-24: Invalid operands …}
     */
    public static Route compile(String name, String text, long priority, long ttlMillis) throws RefusedException {
        return compile(name, text, priority, ttlMillis, Policy.DEFAULT);
    }

    /** The same for a route that says what becomes of its messages while they wait. */
    public static Route compile(String name, String text, long priority, long ttlMillis, Policy policy)
            throws RefusedException {
        return new Route(name, RouteText.compile(name, text), priority, ttlMillis, policy);
    }

    public String name() {
        return name;
    }

    public long priority() {
        return priority;
    }

    public long ttlMillis() {
        return ttlMillis;
    }

    public Policy policy() {
        return policy;
    }

    /** The exact text of the condition, from its first to its last token; {@code true} where the route has none. */
    public String condition() {
        return parts.condition().text();
    }

    public Sink sink() {
        return parts.sink();
    }

    /** What this route gives a message on the edge device {@code deviceId}. */
    public Target target(String deviceId) {
        return new Target(parts.sink().endpoint(deviceId), priority, ttlMillis, policy);
    }

    /** Whether this route takes the message; to ask several routes, a {@link RouteTable} parses the body only once. */
    public boolean matches(Message message, TwinSource twins) {
        return matches(Source.of(message), new Evaluation(message, twins));
    }

    /** The same for a route that does not ask for {@code $twin}. */
    public boolean matches(Message message) {
        return matches(message, TwinSource.NONE);
    }

    /** Whether it takes the message and why, or why not; for people, much slower than {@link #matches}. */
    public Explanation explain(Message message, TwinSource twins) {
        return parts.source().takes(Source.of(message))
                ? parts.condition().explain(message, twins)
                : new Explanation(Explanation.Verdict.OTHER_SOURCE, List.of());
    }

    /** The source of a message, as a route's {@code FROM} would name it. */
    public static String sourceOf(Message message) {
        String source = Source.of(message);
        return source.substring(0, source.length() - 1);
    }

    boolean matches(String source, Evaluation evaluation) {
        return parts.source().takes(source) && parts.condition().holds(evaluation);
    }

    @Override
    public String toString() {
        return "Route[" + name + "]";
    }
}
