package kant.conformance.network;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.SasIdentity;

/** One connection of a plain client to a hub. */
interface Door extends AutoCloseable {
    /** Sends and waits for the answer: whether it was taken. An exception leaves that open, and ends the connection. */
    boolean send(Note note) throws IOException;

    @Override
    void close() throws IOException;

    /** How a client of one protocol comes in at a hub. */
    interface Opening {
        Door open(String address, SSLContext trust, SasIdentity identity) throws Exception;
    }
}
