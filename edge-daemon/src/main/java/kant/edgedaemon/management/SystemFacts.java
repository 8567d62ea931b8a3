package kant.edgedaemon.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Modules;
import kant.model.json.JsonText;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** What {@code /systeminfo} tells, read from {@code /proc} and {@code /sys} at each call; what cannot be read is left out. */
final class SystemFacts {
    private static final long KIB = 1024;
    private static final Duration CPU_SAMPLE = Duration.ofMillis(200);

    private final String version;
    private final Time time;

    SystemFacts(String version, Time time) {
        this.version = version;
        this.time = time;
    }

    ObjectNode info() {
        ObjectNode info = JsonNodeFactory.instance.objectNode();
        info.put("osType", "Linux");
        putUnlessNull(info, "kernel_release", first("/proc/sys/kernel/osrelease"));
        putUnlessNull(info, "kernel_version", first("/proc/sys/kernel/version"));
        Map<String, String> release = osRelease();
        putUnlessNull(info, "operating_system", release.get("ID"));
        putUnlessNull(info, "operating_system_version", release.get("VERSION_ID"));
        putUnlessNull(info, "operating_system_variant", release.get("VARIANT_ID"));
        putUnlessNull(info, "operating_system_build", release.get("BUILD_ID"));
        info.put("architecture", architecture());
        info.put("cpus", Runtime.getRuntime().availableProcessors());
        info.put("total_memory", memory().getOrDefault("MemTotal", 0L) * KIB);
        info.put("virtualized", virtualized());
        putUnlessNull(info, "product_name", first("/sys/class/dmi/id/product_name"));
        putUnlessNull(info, "system_vendor", first("/sys/class/dmi/id/sys_vendor"));
        info.put("version", version);
        info.putObject("provisioning")
                .put("type", "manual.sas")
                .put("dynamicReprovisioning", false)
                .put("alwaysReprovisionOnStartup", false);
        return info;
    }

    ObjectNode resources(Modules modules) throws EngineException, InterruptedException {
        ObjectNode resources = JsonNodeFactory.instance.objectNode();
        Map<String, Long> memory = memory();
        long total = memory.getOrDefault("MemTotal", 0L) * KIB;
        resources.put("host_uptime", hostUptime());
        resources.put("process_uptime", processUptime());
        resources.put("used_cpu", usedCpu());
        resources.put("used_ram", total - memory.getOrDefault("MemAvailable", 0L) * KIB);
        resources.put("total_ram", total);
        var disks = resources.putArray("disks");
        disks().forEach(disks::add);
        resources.put(
                "docker_stats",
                JsonText.write(JsonNodeFactory.instance.arrayNode().addAll(modules.stats())));
        return resources;
    }

    private static List<ObjectNode> disks() {
        List<ObjectNode> disks = new ArrayList<>();
        for (FileStore store : FileSystems.getDefault().getFileStores()) {
            try {
                if (store.getTotalSpace() > 0 && store.name().startsWith("/dev/")) {
                    disks.add(JsonNodeFactory.instance
                            .objectNode()
                            .put("name", store.name())
                            .put("available_space", store.getUsableSpace())
                            .put("total_space", store.getTotalSpace())
                            .put("file_system", store.type())
                            .put("file_type", "Unknown"));
                }
            } catch (IOException _) {
                continue; // a mount that went away, or one we may not ask
            }
        }
        return disks;
    }

    private static long hostUptime() {
        String uptime = first("/proc/uptime");
        return uptime == null ? 0 : (long) Double.parseDouble(uptime.split(" ")[0]);
    }

    private long processUptime() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, time.now()).toSeconds())
                .orElse(0L);
    }

    /** Per cent of all processors over a short while. */
    private double usedCpu() throws InterruptedException {
        long[] before = cpuTicks();
        time.sleep(CPU_SAMPLE);
        long[] after = cpuTicks();
        long all = after[0] - before[0];
        return all <= 0 ? 0 : 100.0 * (all - (after[1] - before[1])) / all;
    }

    /** All ticks and idle ticks since the boot. */
    private static long[] cpuTicks() {
        String line = first("/proc/stat");
        if (line == null) {
            return new long[] {0, 0};
        }
        String[] fields = line.split("\\s+");
        long all = 0;
        for (int i = 1; i < fields.length; i++) {
            all += Long.parseLong(fields[i]);
        }
        return new long[] {all, Long.parseLong(fields[4])};
    }

    private static Map<String, Long> memory() {
        Map<String, Long> memory = new LinkedHashMap<>();
        for (String line : lines("/proc/meminfo")) {
            String[] words = line.split("[:\\s]+");
            if (words.length >= 2) {
                memory.put(words[0], Long.parseLong(words[1]));
            }
        }
        return memory;
    }

    private static Map<String, String> osRelease() {
        Map<String, String> release = new LinkedHashMap<>();
        for (String line : lines("/etc/os-release")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                release.put(
                        line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
            }
        }
        return release;
    }

    /** As {@code uname -m} says it. */
    private static String architecture() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    private static String virtualized() {
        for (String line : lines("/proc/cpuinfo")) {
            if (line.startsWith("flags")) {
                return line.contains(" hypervisor") ? "yes" : "no";
            }
        }
        return "unknown";
    }

    private static @Nullable String first(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? null : lines.getFirst().strip();
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException _) {
            return List.of(); // not on this machine, or not for us
        }
    }

    private static void putUnlessNull(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
