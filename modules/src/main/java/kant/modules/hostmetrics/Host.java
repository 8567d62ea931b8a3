package kant.modules.hostmetrics;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Reads load, memory, disk and temperatures of a Linux machine from its {@code /proc} and {@code /sys}. */
final class Host {
    private static final double KIB = 1024;

    private final Path proc;
    private final Path sys;
    private final Path volume;

    Host(Path proc, Path sys, Path volume) {
        this.proc = proc;
        this.sys = sys;
        this.volume = volume;
    }

    /** One reading as JSON. A machine without a sensor has an empty list of temperatures, never an invented one. */
    String read(Instant now) throws IOException {
        var json = new JsonObject();
        json.addProperty("time", now.toString());
        load(json);
        memory(json);
        FileStore store = Files.getFileStore(volume);
        json.addProperty("diskTotalBytes", store.getTotalSpace());
        json.addProperty("diskFreeBytes", store.getUsableSpace());
        json.add("temperatures", temperatures());
        return json.toString();
    }

    private void load(JsonObject json) throws IOException {
        String[] words = Files.readString(proc.resolve("loadavg")).trim().split("\\s+");
        json.addProperty("load1", Double.parseDouble(words[0]));
        json.addProperty("load5", Double.parseDouble(words[1]));
        json.addProperty("load15", Double.parseDouble(words[2]));
    }

    private void memory(JsonObject json) throws IOException {
        Map<String, Long> kib = new HashMap<>();
        for (String line : Files.readAllLines(proc.resolve("meminfo"))) {
            String[] words = line.split("[:\\s]+");
            if (words.length >= 2) {
                kib.put(words[0], Long.parseLong(words[1]));
            }
        }
        long total = kib.getOrDefault("MemTotal", 0L);
        long available = kib.getOrDefault("MemAvailable", 0L);
        json.addProperty("memoryTotalBytes", Math.round(total * KIB));
        json.addProperty("memoryAvailableBytes", Math.round(available * KIB));
        json.addProperty("memoryUsedPercent", total == 0 ? 0 : Math.round(1000.0 * (total - available) / total) / 10.0);
    }

    private JsonArray temperatures() throws IOException {
        var found = new JsonArray();
        Path zones = sys.resolve("class/thermal");
        if (Files.isDirectory(zones)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(zones, "thermal_zone*")) {
                for (Path zone : stream) {
                    found.add(temperature(zone));
                }
            }
        }
        return found;
    }

    private static JsonObject temperature(Path zone) {
        var json = new JsonObject();
        json.addProperty("zone", zone.getFileName().toString());
        try {
            json.addProperty(
                    "celsius",
                    Long.parseLong(Files.readString(zone.resolve("temp")).trim()) / 1000.0);
        } catch (IOException | NumberFormatException _) {
            // some zones refuse to be read while their device sleeps
            json.add("celsius", JsonNull.INSTANCE);
        }
        return json;
    }
}
