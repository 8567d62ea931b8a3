package kant.edgedaemon.engine.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that a killed engine left in containers which its successor believes ended: it was killed between their start and the note
 * of it. Such a module would run unseen, its container could not be started again ("task already exists", Docker 20.10), and a
 * removal would leave the process behind.
 */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /**
     * Kills them.
     *
     * @param ended names of containers that do not run, by id; their processes are found by control group
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
        String groups = groups(process.pid());
        for (Map.Entry<String, String> container : ended.entrySet()) {
            if (groups.contains(container.getKey())) {
                log.atWarn()
                        .addKeyValue("module", container.getValue())
                        .addKeyValue("pid", process.pid())
                        .addKeyValue("killed", process.destroyForcibly())
                        .log("the engine left a process of a module that it holds ended");
            }
        }
    }

    private static String groups(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cgroup"));
        } catch (IOException _) {
            return ""; // it has ended
        }
    }
}
