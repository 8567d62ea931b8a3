package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixResponse;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Labels;
import kant.model.json.JsonText;
import kant.model.json.JsonValues;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the engine's events for our containers, on one virtual thread. When the stream breaks it begins again, and tells of a change
 * as soon as the engine is back: what happened meanwhile was seen by nobody.
 */
final class DockerEvents implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DockerEvents.class);
    private static final Duration HEAD_LIMIT = Duration.ofSeconds(60);
    /** A connection attempt on this machine costs nothing, and a module that ended with the engine waits for it. */
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** From a container's first process to the engine's note that it runs; for the first engine that a daemon meets. */
    private static final Duration LONGEST_START = Duration.ofSeconds(10);

    /** The engine writes the result behind it: {@code health_status: unhealthy}. */
    private static final String HEALTH = "health_status";

    private static final Set<String> CHANGES = Set.of("create", "start", "die", "destroy", "pause", "unpause", "oom");

    private final DockerClient docker;
    private final Tidying tidying;
    private final Time time;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable UnixResponse stream;
    private volatile boolean closed;

    // owned by the listening thread
    private boolean away;
    private Instant lostAt;

    /** What must be done when an engine is there, again or for the first time, before anybody is told. */
    interface Tidying {
        /** @param lostAt what was started before that was started by another engine, or by this one long ago */
        void after(Instant lostAt) throws EngineException;
    }

    DockerEvents(DockerClient docker, Tidying tidying, Time time) {
        this.docker = docker;
        this.tidying = tidying;
        this.time = time;
        this.lostAt = time.now().minus(LONGEST_START);
    }

    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void run() {
        while (!closed) {
            String reason = "its stream of events ended";
            try {
                read();
            } catch (IOException e) {
                reason = String.valueOf(e.getMessage());
            }
            lost(reason);
            pause();
        }
    }

    /** An engine that is away is told once, however long it stays away. */
    private void lost(String reason) {
        if (!closed && !away) {
            away = true;
            lostAt = time.now();
            log.atWarn()
                    .addKeyValue("reason", reason)
                    .log("the container engine is away; modules go on as they are until it is back");
            tell();
        }
    }

    private void found() {
        if (away) {
            away = false;
            log.atInfo().log("the container engine is back");
        }
        try {
            tidying.after(lostAt);
        } catch (EngineException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("what an engine left cannot be seen");
        }
        tell();
    }

    private void read() throws IOException {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.putArray("type").add("container");
        filters.putArray("label").add(Labels.OWNER + "=" + Labels.OWNER_VALUE);
        UnixRequest request = UnixRequest.of("GET", "/events?filters=" + DockerClient.encode(JsonText.write(filters)));
        try (UnixResponse response = docker.open(request, HEAD_LIMIT)) {
            stream = response;
            found();
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
