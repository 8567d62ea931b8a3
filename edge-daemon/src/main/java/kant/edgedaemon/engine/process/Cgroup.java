package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kant.edgedaemon.engine.EngineException;

/**
 * A module's control group (cgroup v2), which holds it to its memory and processor limits. The daemon must have been given a group to
 * make others in (systemd: {@code Delegate=yes}).
 */
final class Cgroup {
    private static final int PERIOD_MICROS = 100_000;
    private static final long NANOS_PER_MICRO = 1000;

    private final Path base;

    /** @param base the group in which modules get theirs */
    Cgroup(Path base) {
        this.base = base;
    }

    /** Beside the daemon's own group. */
    static Cgroup ofThisProcess() {
        Path root = Path.of("/sys/fs/cgroup");
        try {
            String own = Files.readString(Path.of("/proc/self/cgroup"))
                    .lines()
                    .filter(line -> line.startsWith("0::/"))
                    .map(line -> line.substring("0::/".length()))
                    .findFirst()
                    .orElse("");
            return new Cgroup(root.resolve(own));
        } catch (IOException _) {
            return new Cgroup(root); // no cgroups at all: said when one is needed
        }
    }

    /** Makes the module's group; its folder comes back. */
    Path limit(String module, long memoryBytes, long nanoCpus) throws EngineException {
        if (!Files.exists(base.resolve("cgroup.controllers"))) {
            throw EngineException.badSpec("module \"" + module + "\" asks for a memory or processor limit, which needs"
                    + " control groups v2, and \"" + base + "\" is none. Remove HostConfig.Memory and"
                    + " HostConfig.NanoCpus, or run this device with engine = \"docker\".");
        }
        Path group = base.resolve("kant-" + module);
        try {
            Files.writeString(base.resolve("cgroup.subtree_control"), "+memory +cpu");
            Files.createDirectories(group);
            if (memoryBytes > 0) {
                Files.writeString(group.resolve("memory.max"), Long.toString(memoryBytes));
            }
            if (nanoCpus > 0) {
                long quota = Math.max(nanoCpus * PERIOD_MICROS / (NANOS_PER_MICRO * 1_000_000), 1000);
                Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
            }
            return group;
        } catch (IOException e) {
            throw new EngineException(
                    400,
                    "module \"" + module + "\" asks for a memory or processor limit, and the control group \"" + group
                            + "\" cannot be made: " + e.getMessage() + ". Give the daemon a group of its own (systemd:"
                            + " Delegate=yes), or remove HostConfig.Memory and HostConfig.NanoCpus.",
                    e);
        }
    }

    /** Removes the module's group, if there is one; no process is in it any more. */
    void remove(String module) throws IOException {
        Files.deleteIfExists(base.resolve("kant-" + module));
    }
}
