package kant.edgeagent.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import kant.model.json.JsonText;
import kant.protocol.prometheus.PrometheusText;
import kant.protocol.prometheus.SummaryFamily;
import kant.world.Time;

/**
 * What machine and modules use, from the daemon's {@code GET /systeminfo/resources} with its Docker-like statistics. A share of the
 * processors is measured between two answers, so a module has one from the second on. For one thread at a time.
 */
final class MachineUse {
    private static final String HOST = "host";
    /** The summary counts in thousandths of a per cent. */
    private static final double MILLI = 1e-3;

    private final SummaryFamily cpu;
    private Map<String, Cpu> before = Map.of();

    MachineUse(Time time) {
        cpu = new SummaryFamily(time, "edgeAgent_used_cpu_percent", MILLI, "module_name");
    }

    /** Processor time of a module at a moment. */
    private record Cpu(Instant at, long nanos) {}

    void write(PrometheusText text, JsonNode resources) {
        gauge(text, "edgeAgent_host_uptime_seconds", resources.path("host_uptime"));
        gauge(text, "edgeAgent_iotedged_uptime_seconds", resources.path("process_uptime"));
        disks(text, resources.path("disks"));
        JsonNode modules = modules(resources);
        memory(text, resources, modules);
        cpu(text, resources, modules);
        modules(text, "edgeAgent_created_pids_total", modules, "/pids_stats/current");
        networks(text, "edgeAgent_total_network_in_bytes", modules, "rx_bytes");
        networks(text, "edgeAgent_total_network_out_bytes", modules, "tx_bytes");
        blocks(text, "edgeAgent_total_disk_read_bytes", modules, "read");
        blocks(text, "edgeAgent_total_disk_write_bytes", modules, "write");
    }

    private static JsonNode modules(JsonNode resources) {
        try {
            return JsonText.read(resources.path("docker_stats").asText("[]"));
        } catch (JsonProcessingException _) {
            return JsonNodeFactory.instance.arrayNode(); // of a daemon that says it otherwise
        }
    }

    private static void gauge(PrometheusText text, String name, JsonNode value) {
        text.type(name, "gauge");
        text.original(name, value.asLong(), "ms_telemetry", "True");
    }

    private static void disks(PrometheusText text, JsonNode disks) {
        for (String[] gauge : new String[][] {
            {"edgeAgent_available_disk_space_bytes", "available_space"},
            {"edgeAgent_total_disk_space_bytes", "total_space"}
        }) {
            text.type(gauge[0], "gauge");
            for (JsonNode disk : disks) {
                text.original(
                        gauge[0],
                        disk.path(gauge[1]).asLong(),
                        "disk_name",
                        disk.path("name").asText(),
                        "disk_filesystem",
                        disk.path("file_system").asText(),
                        "disk_filetype",
                        disk.path("file_type").asText(),
                        "ms_telemetry",
                        "True");
            }
        }
    }

    private static void memory(PrometheusText text, JsonNode resources, JsonNode modules) {
        text.type("edgeAgent_used_memory_bytes", "gauge");
        module(
                text,
                "edgeAgent_used_memory_bytes",
                HOST,
                resources.path("used_ram").asLong());
        for (JsonNode module : modules) {
            module(
                    text,
                    "edgeAgent_used_memory_bytes",
                    name(module),
                    module.at("/memory_stats/usage").asLong());
        }
        text.type("edgeAgent_total_memory_bytes", "gauge");
        module(
                text,
                "edgeAgent_total_memory_bytes",
                HOST,
                resources.path("total_ram").asLong());
        for (JsonNode module : modules) {
            JsonNode limit = module.at("/memory_stats/limit");
            if (!limit.isMissingNode()) {
                module(text, "edgeAgent_total_memory_bytes", name(module), limit.asLong());
            }
        }
    }

    private void cpu(PrometheusText text, JsonNode resources, JsonNode modules) {
        cpu.add(Math.round(resources.path("used_cpu").asDouble() / MILLI), HOST);
        Map<String, Cpu> now = new HashMap<>();
        for (JsonNode module : modules) {
            read(module, now);
        }
        now.forEach((name, cpuNow) -> {
            Cpu then = before.get(name);
            long passed =
                    then == null ? 0 : Duration.between(then.at(), cpuNow.at()).toNanos();
            if (then != null && passed > 0 && cpuNow.nanos() >= then.nanos()) {
                cpu.add(Math.round(100.0 * (cpuNow.nanos() - then.nanos()) / passed / MILLI), name);
            }
        });
        before = now;
        cpu.write(text);
    }

    private static void read(JsonNode module, Map<String, Cpu> into) {
        try {
            into.put(
                    name(module),
                    new Cpu(
                            Instant.parse(module.path("read").asText()),
                            module.at("/cpu_stats/cpu_usage/total_usage").asLong()));
        } catch (DateTimeParseException _) {
            return; // without a time there is no share
        }
    }

    private static void modules(PrometheusText text, String name, JsonNode modules, String pointer) {
        text.type(name, "gauge");
        for (JsonNode module : modules) {
            JsonNode value = module.at(pointer);
            if (!value.isMissingNode()) {
                module(text, name, name(module), value.asLong());
            }
        }
    }

    private static void networks(PrometheusText text, String name, JsonNode modules, String member) {
        text.type(name, "gauge");
        for (JsonNode module : modules) {
            if (module.has("networks")) {
                long sum = 0;
                for (JsonNode network : module.path("networks")) {
                    sum += network.path(member).asLong();
                }
                module(text, name, name(module), sum);
            }
        }
    }

    private static void blocks(PrometheusText text, String name, JsonNode modules, String operation) {
        text.type(name, "gauge");
        for (JsonNode module : modules) {
            JsonNode entries = module.at("/blkio_stats/io_service_bytes_recursive");
            if (!entries.isMissingNode()) {
                long sum = 0;
                for (JsonNode entry : entries) {
                    sum += entry.path("op").asText().equalsIgnoreCase(operation)
                            ? entry.path("value").asLong()
                            : 0;
                }
                module(text, name, name(module), sum);
            }
        }
    }

    private static void module(PrometheusText text, String metric, String module, long value) {
        text.original(metric, value, "module_name", module, "ms_telemetry", "True");
    }

    /** Docker's names begin with a slash. */
    private static String name(JsonNode module) {
        return module.path("name").asText().replaceFirst("^/", "");
    }
}
