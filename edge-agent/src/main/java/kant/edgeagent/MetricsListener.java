package kant.edgeagent;

import java.io.IOException;
import java.net.InetSocketAddress;
import kant.edgeagent.metrics.MetricsPage;
import kant.protocol.http.HttpServer;
import kant.protocol.net.EventLoops;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the agent's metrics are served, or nowhere. A port that cannot be had is a warning: modules matter more. */
final class MetricsListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MetricsListener.class);

    /** Requests have no bodies. */
    private static final int BODY_BYTES = 1024;

    private final @Nullable HttpServer server;

    /**
     * As the environment has it.
     *
     * @param host the address; {@code *} for all of them
     * @param suffix path of the page
     */
    record Settings(boolean enabled, String host, int port, String suffix) {}

    private MetricsListener(@Nullable HttpServer server) {
        this.server = server;
    }

    static MetricsListener start(Settings settings, MetricsPage page, EventLoops loops, Tasks tasks) {
        if (!settings.enabled()) {
            return new MetricsListener(null);
        }
        var address = settings.host().equals("*")
                ? new InetSocketAddress(settings.port())
                : new InetSocketAddress(settings.host(), settings.port());
        try {
            return new MetricsListener(HttpServer.start(address, loops, null, tasks, page, BODY_BYTES));
        } catch (IOException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("metrics are not served");
            return new MetricsListener(null);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
