package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kant.edgedaemon.engine.EngineException;

/**
 * The control groups in which modules are held to their memory and processor limits: one tree for both (v2), or a tree for each (v1). The
 * daemon must have been given a group to make others in (systemd: {@code Delegate=yes}).
 */
final class Cgroup {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_MICROS = 100_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** Less than the kernel takes. */
    private static final long LEAST_QUOTA_MICROS = 1000;

    private final Version version;
    /** The daemon's own group in each tree: of v2 one, of v1 that of memory and that of the processors. */
    private final List<Path> bases;

    /** Which files the kernel has. */
    enum Version {
        V1,
        V2
    }

    Cgroup(Version version, List<Path> bases) {
        this.version = version;
        this.bases = List.copyOf(bases);
    }

    /** Beside the daemon's own groups. */
    static Cgroup ofThisProcess() {
        Map<String, String> own = ownGroups();
        if (Files.exists(ROOT.resolve("cgroup.controllers"))) {
            return new Cgroup(Version.V2, List.of(base("", own.getOrDefault("", ""))));
        }
        return new Cgroup(
                Version.V1,
                List.of(base("memory", own.getOrDefault("memory", "")), base("cpu", own.getOrDefault("cpu", ""))));
    }

    /** The process's own group by controller; v2 is the one without a name. */
    private static Map<String, String> ownGroups() {
        Map<String, String> groups = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            lines.map(line -> line.split(":", 3)).filter(f -> f.length == 3).forEach(fields -> {
                for (String controller : fields[1].split(",")) {
                    groups.put(controller, fields[2].substring(1));
                }
            });
        } catch (IOException _) {
            return Map.of(); // no control groups at all: said when one is needed
        }
        return groups;
    }

    /** In a container the path that the process sees may lead nowhere: its own group is the tree's root then. */
    private static Path base(String tree, String own) {
        Path path = ROOT.resolve(tree).resolve(own);
        return Files.isDirectory(path) ? path : ROOT.resolve(tree);
    }

    /** Makes the module's groups anew, so that they count from zero; what runs in them must have ended. */
    List<Path> limit(String module, long memoryBytes, long nanoCpus) throws EngineException {
        for (Path base : bases) {
            if (!Files.exists(base.resolve(version == Version.V2 ? "cgroup.controllers" : "cgroup.procs"))) {
                throw EngineException.badSpec("module \"" + module + "\" asks for a memory or processor limit, which"
                        + " needs control groups, and \"" + base + "\" is none. Remove HostConfig.Memory and"
                        + " HostConfig.NanoCpus, or run this device with engine = \"docker\".");
            }
        }
        try {
            remove(module);
            return switch (version) {
                case V1 -> makeSeparate(module, memoryBytes, nanoCpus);
                case V2 -> makeUnified(module, memoryBytes, nanoCpus);
            };
        } catch (IOException e) {
            throw new EngineException(
                    400,
                    "module \"" + module + "\" asks for a memory or processor limit, and a control group in " + bases
                            + " cannot be made: " + e.getMessage() + ". Give the daemon a group of its own (systemd:"
                            + " Delegate=yes), or remove HostConfig.Memory and HostConfig.NanoCpus.",
                    e);
        }
    }

    private List<Path> makeUnified(String module, long memoryBytes, long nanoCpus) throws IOException {
        Files.writeString(bases.getFirst().resolve("cgroup.subtree_control"), "+memory +cpu");
        Path group = Files.createDirectories(group(bases.getFirst(), module));
        if (memoryBytes > 0) {
            Files.writeString(group.resolve("memory.max"), Long.toString(memoryBytes));
            writeIfThere(group.resolve("memory.swap.max"), "0");
        }
        if (nanoCpus > 0) {
            Files.writeString(group.resolve("cpu.max"), quota(nanoCpus) + " " + PERIOD_MICROS);
        }
        return List.of(group);
    }

    private List<Path> makeSeparate(String module, long memoryBytes, long nanoCpus) throws IOException {
        List<Path> groups = new ArrayList<>();
        if (memoryBytes > 0) {
            Path memory = Files.createDirectories(group(bases.getFirst(), module));
            Files.writeString(memory.resolve("memory.limit_in_bytes"), Long.toString(memoryBytes));
            writeIfThere(memory.resolve("memory.memsw.limit_in_bytes"), Long.toString(memoryBytes));
            groups.add(memory);
        }
        if (nanoCpus > 0) {
            Path cpu = Files.createDirectories(group(bases.getLast(), module));
            Files.writeString(cpu.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
            Files.writeString(cpu.resolve("cpu.cfs_quota_us"), Long.toString(quota(nanoCpus)));
            groups.add(cpu);
        }
        return groups;
    }

    private static long quota(long nanoCpus) {
        return Math.max(nanoCpus * PERIOD_MICROS / NANOS_PER_SECOND, LEAST_QUOTA_MICROS);
    }

    /** Swap is counted on some kernels only. */
    private static void writeIfThere(Path file, String text) throws IOException {
        if (Files.exists(file)) {
            Files.writeString(file, text);
        }
    }

    /** Whether the kernel killed something in the module's group for want of memory, since the group was made. */
    boolean ranOutOfMemory(String module) throws IOException {
        Path file =
                group(bases.getFirst(), module).resolve(version == Version.V2 ? "memory.events" : "memory.oom_control");
        if (!Files.exists(file)) {
            return false;
        }
        return Files.readAllLines(file).stream()
                .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
    }

    /** Removes the module's groups, where there are some; no process is in them any more. */
    void remove(String module) throws IOException {
        for (Path base : bases) {
            Files.deleteIfExists(group(base, module));
        }
    }

    private static Path group(Path base, String module) {
        return base.resolve("kant-" + module);
    }
}
