package kant.upstream.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import kant.protocol.net.EventLoops;
import kant.upstream.ParentConfig;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

public final class ParentHttp implements AutoCloseable {
    public ParentHttp(ParentConfig parent, EventLoops loops, Time time) {}

    public HttpReply call(
            String method, String pathAndQuery, Map<String, String> headers, byte @Nullable [] body, Duration limit)
            throws IOException {
        throw new IOException("being built");
    }

    @Override
    public void close() {}
}
