package kant.protocol.http;

/** Answers calls; on a virtual thread each, so it may wait. Interrupted when the client goes away. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers one call.
     *
     * @throws Exception a {@link kant.model.error.RefusedException} becomes its status and body ({@link HttpAnswer#refused});
     *     anything else is logged and becomes 500
     */
    HttpAnswer handle(HttpCall call) throws Exception;
}
