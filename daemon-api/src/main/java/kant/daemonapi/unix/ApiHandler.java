package kant.daemonapi.unix;

/** Answers the requests of one socket, each on a virtual thread of its own. */
public interface ApiHandler {

    /** @throws Exception is answered with 500 and its message chain, and logged */
    ApiAnswer handle(ApiCall call) throws Exception;
}
