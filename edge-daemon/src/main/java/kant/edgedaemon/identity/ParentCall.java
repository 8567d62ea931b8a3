package kant.edgedaemon.identity;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One HTTPS call to the parent; {@code ParentHttp::call} in the program, a script in tests. */
public interface ParentCall {

    /** An answer, whatever its status. */
    record Reply(int status, byte[] body) {}

    /** @throws IOException if the parent cannot be reached or does not answer within the limit */
    Reply call(String method, String pathAndQuery, Map<String, String> headers, byte @Nullable [] body, Duration limit)
            throws IOException;
}
