package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixResponse;
import kant.edgedaemon.engine.Labels;
import kant.model.json.JsonText;
import kant.model.json.JsonValues;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to the engine's events for our containers, on one virtual thread, and begins again when the stream breaks. */
final class DockerEvents implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DockerEvents.class);
    private static final Duration HEAD_LIMIT = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** The engine writes the result behind it: {@code health_status: unhealthy}. */
    private static final String HEALTH = "health_status";

    private static final Set<String> CHANGES = Set.of("create", "start", "die", "destroy", "pause", "unpause", "oom");

    private final DockerClient docker;
    private final Time time;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable UnixResponse stream;
    private volatile boolean closed;

    DockerEvents(DockerClient docker, Time time) {
        this.docker = docker;
        this.time = time;
    }

    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                read();
            } catch (IOException e) {
                if (!closed) {
                    log.atDebug().addKeyValue("reason", e.getMessage()).log("the engine's event stream broke");
                }
            }
            tell(); // whatever happened meanwhile was not seen
            pause();
        }
    }

    private void read() throws IOException {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.putArray("type").add("container");
        filters.putArray("label").add(Labels.OWNER + "=" + Labels.OWNER_VALUE);
        UnixRequest request = UnixRequest.of("GET", "/events?filters=" + DockerClient.encode(JsonText.write(filters)));
        try (UnixResponse response = docker.open(request, HEAD_LIMIT)) {
            stream = response;
            JsonValues events = JsonText.values(response.body());
            for (JsonNode event = events.next(); !closed && event != null; event = events.next()) {
                String action = event.path("Action").asText();
                if (CHANGES.contains(action) || action.startsWith(HEALTH)) {
                    tell();
                }
            }
        }
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    private void pause() {
        try {
            if (!closed) {
                time.sleep(RETRY);
            }
        } catch (InterruptedException _) {
            closed = true; // the daemon stops
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        UnixResponse open = stream;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                log.atDebug()
                        .addKeyValue("reason", e.getMessage())
                        .log("the engine's event stream did not close cleanly");
            }
        }
    }
}
