package kant.edgedaemon.engine.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import kant.edgedaemon.engine.EngineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a killed engine left of containers which its successor believes ended: it was killed between their start and the note of it, or
 * in the middle of the start. Such a module would run unseen, its container could not be started again ("task … already exists", Docker
 * 20.10), and a removal would leave its processes behind. With its shim killed, containerd tidies up the rest.
 */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    /** Its parent, by containerd. */
    private static final String SHIM = "containerd-shim";

    private Leftovers() {}

    /** What a failed start says of them. */
    enum Kind {
        NONE,
        /** The start succeeds once they are gone. */
        PROCESSES,
        /** Those of containerd, which only its own start would tidy up. */
        FILES
    }

    /** In Docker's words. */
    static Kind seenIn(EngineException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("failed to start shim") && message.contains("file exists")) {
            return Kind.FILES;
        }
        return message.contains("already exists") ? Kind.PROCESSES : Kind.NONE;
    }

    /**
     * Kills them.
     *
     * @param ended names of containers that do not run, by id; their processes are found by control group, their shims by argument
     * @param before what began later may belong to a start that is just under way
     */
    static void end(Map<String, String> ended, Instant before) {
        if (ended.isEmpty()) {
            return;
        }
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .startInstant()
                        .map(start -> start.isBefore(before))
                        .orElse(false))
                .forEach(process -> endIfIn(ended, process));
    }

    private static void endIfIn(Map<String, String> ended, ProcessHandle process) {
        String traces = read(process.pid(), "cgroup");
        if (process.info().command().orElse("").contains(SHIM)) {
            traces += read(process.pid(), "cmdline");
        }
        for (Map.Entry<String, String> container : ended.entrySet()) {
            if (traces.contains(container.getKey())) {
                log.atWarn()
                        .addKeyValue("module", container.getValue())
                        .addKeyValue("pid", process.pid())
                        .addKeyValue("killed", process.destroyForcibly())
                        .log("an engine that was killed left a process of a module that does not run");
            }
        }
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException _) {
            return ""; // it has ended
        }
    }
}
