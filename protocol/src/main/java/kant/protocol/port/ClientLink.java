package kant.protocol.port;

import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;

/**
 * A hub's way to one client. Callable from any thread; a head hops to its event loop. The hub keeps at most
 * {@link #window()} deliveries unsettled, so a slow client never costs unbounded memory.
 */
public interface ClientLink {

    /** How many deliveries may be unsettled at once, at least 1. */
    int window();

    /**
     * How many bytes of unsettled messages ({@link kant.model.message.Message#size}) a hub should not exceed; one message
     * may always be under way, whatever its size.
     */
    default int windowBytes() {
        return 1 << 20;
    }

    /** Sends a message; the client settles it through {@link Session#settle}. */
    void deliver(Delivery delivery);

    void desired(TwinPatch patch);

    /** Calls a direct method; the client answers through {@link Session#methodResult}. */
    void invoke(MethodCall call);

    /** Closes the connection; the reason goes to the log, and to the client where its protocol has a place for it. */
    void disconnect(String reason);
}
