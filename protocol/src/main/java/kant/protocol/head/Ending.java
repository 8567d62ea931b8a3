package kant.protocol.head;

import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Why a connection ends, as its one line in the log says.
 *
 * @param bug what to show with its stack, null where nobody at home is at fault
 */
public record Ending(
        Level level,
        String message,
        String reason,
        @Nullable Throwable bug) {

    /** The peer went, by itself. */
    public static Ending gone(String reason) {
        return new Ending(Level.DEBUG, "connection closed by the client", reason, null);
    }

    /** A limit of time. */
    public static Ending overdue(String reason) {
        return new Ending(Level.INFO, "connection closed, time is up", reason, null);
    }

    /** The hub wants it closed. */
    public static Ending byHub(String reason) {
        return new Ending(Level.INFO, "connection closed by the hub", reason, null);
    }

    /** It may not begin. */
    public static Ending refused(String reason) {
        return new Ending(Level.INFO, "connection refused", reason, null);
    }

    /** The peer sent what it must not send. */
    public static Ending violation(String what) {
        return new Ending(Level.WARN, "connection closed, protocol violated", what, null);
    }

    /** We are at fault. */
    public static Ending bug(Throwable cause) {
        return new Ending(Level.ERROR, "connection closed because of a bug", String.valueOf(cause), cause);
    }

    /** What an exception in the pipeline means: the peer, the world, or a bug. */
    public static Ending of(Throwable failure) {
        Throwable cause =
                failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
        String what = String.valueOf(cause.getMessage());
        return switch (cause) {
            case ProtocolViolation _, DecoderException _ -> violation(what);
            case SSLException _ -> new Ending(Level.INFO, "connection closed, TLS failed", what, null);
            case IOException _ -> gone(what);
            default -> bug(cause);
        };
    }
}
