package kant.daemonapi.unix;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * An answer whose body is still to be read. Closing it closes the connection, also from another thread: a blocked reader then
 * sees an {@link IOException}.
 *
 * @param headers names in lower case
 */
public record UnixResponse(int status, Map<String, String> headers, InputStream body) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        body.close();
    }
}
