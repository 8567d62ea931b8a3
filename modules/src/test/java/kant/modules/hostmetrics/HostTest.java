package kant.modules.hostmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
    @TempDir
    Path root;

    @Test
    void a_reading_says_what_proc_and_sys_say() throws IOException {
        Path proc = Files.createDirectories(root.resolve("proc"));
        Files.writeString(proc.resolve("loadavg"), "0.52 0.58 0.59 1/467 12345\n");
        Files.writeString(
                proc.resolve("meminfo"), "MemTotal:       1000 kB\nMemFree:  100 kB\nMemAvailable:    250 kB\n");
        Path zone = Files.createDirectories(root.resolve("sys/class/thermal/thermal_zone0"));
        Files.writeString(zone.resolve("temp"), "48250\n");

        var json = JsonParser.parseString(new Host(proc, root.resolve("sys"), root).read(Instant.EPOCH))
                .getAsJsonObject();

        assertThat(json.get("load1").getAsDouble()).isEqualTo(0.52);
        assertThat(json.get("memoryUsedPercent").getAsDouble()).isEqualTo(75.0);
        assertThat(json.getAsJsonArray("temperatures")
                        .get(0)
                        .getAsJsonObject()
                        .get("celsius")
                        .getAsDouble())
                .isEqualTo(48.25);
        assertThat(json.get("diskTotalBytes").getAsLong()).isPositive();
    }

    @Test
    void a_machine_without_sensors_reports_no_temperature() throws IOException {
        var json = JsonParser.parseString(new Host(Path.of("/proc"), root.resolve("nothing"), root).read(Instant.EPOCH))
                .getAsJsonObject();

        assertThat(json.getAsJsonArray("temperatures")).isEmpty();
        assertThat(json.get("memoryTotalBytes").getAsLong()).isPositive();
    }
}
