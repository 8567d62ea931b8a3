package kant.edgeagent.method;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.model.twin.MethodResult;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uploads that go on after their method was answered, and how they fare. In memory only, as in the original; the last so many. */
final class UploadTasks {
    private static final Logger log = LoggerFactory.getLogger(UploadTasks.class);
    private static final int REMEMBERED = 100;

    /** Before the second and the third try. */
    private static final List<Duration> RETRIES = List.of(Duration.ofSeconds(5), Duration.ofSeconds(20));

    private final Tasks tasks;
    private final Time time;
    private final Randomness randomness;
    private final Map<String, State> states = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, State> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** An upload; called again from its beginning when it failed. */
    interface Upload {
        void run() throws IOException;
    }

    private record State(String status, String message) {}

    UploadTasks(Tasks tasks, Time time, Randomness randomness) {
        this.tasks = tasks;
        this.time = time;
        this.randomness = randomness;
    }

    /**
     * Begins an upload, and says under which id its end can be asked for.
     *
     * @param name for messages, such as {@code upload logs}
     */
    MethodResult start(String name, Upload upload) {
        String id = randomness.uuid().toString();
        var running = new State("Running", "");
        set(id, running);
        tasks.spawn(name, () -> run(id, name, upload));
        return answer(running, id);
    }

    /** {@code Unknown} for an id that is none of ours. */
    MethodResult status(String id) {
        State state;
        synchronized (states) {
            state = states.getOrDefault(id, new State("Unknown", ""));
        }
        return answer(state, id);
    }

    private void run(String id, String name, Upload upload) {
        try {
            withRetries(upload);
            set(id, new State("Completed", ""));
            log.atInfo().addKeyValue("task", name).addKeyValue("id", id).log("upload completed");
        } catch (IOException e) {
            set(id, new State("Failed", "Task " + name + " failed because of error " + e.getMessage()));
            log.atWarn()
                    .addKeyValue("task", name)
                    .addKeyValue("id", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("upload failed");
        } catch (InterruptedException _) {
            set(id, new State("Cancelled", "the agent stops"));
            Thread.currentThread().interrupt();
        }
    }

    private void withRetries(Upload upload) throws IOException, InterruptedException {
        for (Duration wait : RETRIES) {
            try {
                upload.run();
                return;
            } catch (IOException e) {
                log.atDebug().addKeyValue("reason", e.getMessage()).log("upload is tried again");
                time.sleep(wait);
            }
        }
        upload.run();
    }

    private void set(String id, State state) {
        synchronized (states) {
            states.put(id, state);
        }
    }

    private static MethodResult answer(State state, String id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("status", state.status()).put("message", state.message()).put("correlationId", id);
        return MethodBody.answer(MethodBody.OK, body);
    }
}
