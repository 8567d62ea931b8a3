package kant.edgeagent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.Step;
import kant.model.deployment.CreateOptions;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.ImagePullPolicy;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeSpec;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final String BASE = "edge_device=\"d\",instance_number=\"i\",iothub=\"h\"";
    private static final long SECOND = 1_000_000_000L;

    private final AgentMetrics metrics = new AgentMetrics();

    @Test
    void steps_that_were_done_are_counted_by_module_and_version() {
        metrics.looked(manifest(), Map.of(), 0);
        metrics.did(new Step.Start("m"), Duration.ofMillis(1500));
        metrics.did(new Step.Start("m"), Duration.ofMillis(500));
        metrics.did(new Step.Stop("m"), Duration.ofMillis(1));
        metrics.did(new Step.Pull(wish()), Duration.ofMillis(1));
        metrics.did(new Step.CountRestart("m"), Duration.ZERO);

        String module = "{" + BASE + ",module_name=\"m\",module_version=\"7\",ms_telemetry=\"True\"} ";
        assertThat(lines("{}"))
                .contains(
                        "# TYPE edgeAgent_module_start_total counter",
                        "edgeAgent_module_start_total" + module + "2",
                        "edgeAgent_module_stop_total" + module + "1",
                        "edgeAgent_module_prepare_update_total" + module + "1",
                        "edgeAgent_command_latency_seconds_sum{" + BASE
                                + ",command=\"start\",ms_telemetry=\"True\"} 2.0",
                        "edgeAgent_command_latency_seconds_count{" + BASE
                                + ",command=\"start\",ms_telemetry=\"True\"} 2");
    }

    @Test
    void time_counts_as_run_if_the_module_ran_at_both_looks() {
        metrics.looked(manifest(), Map.of("m", now(RuntimeStatus.RUNNING)), 0);
        metrics.looked(manifest(), Map.of("m", now(RuntimeStatus.RUNNING)), 5 * SECOND);
        metrics.looked(manifest(), Map.of("m", now(RuntimeStatus.FAILED)), 7 * SECOND);

        String module = "{" + BASE + ",module_name=\"m\",ms_telemetry=\"True\"} ";
        assertThat(lines("{}"))
                .contains(
                        "edgeAgent_total_time_expected_running_seconds" + module + "7.0",
                        "edgeAgent_total_time_running_correctly_seconds" + module + "5.0");
    }

    @Test
    void the_methods_counter_has_the_originals_name_and_no_common_label() {
        metrics.invoked("ping");

        assertThat(lines("{}")).contains("edgeagent_direct_method_invocations_count{method_name=\"ping\"} 1");
    }

    @Test
    void what_machine_and_modules_use_comes_from_the_daemon() {
        var page = page(resources(10, 0), resources(12, SECOND));
        page.text();

        String module = "module_name=\"m\",ms_telemetry=\"True\"} ";
        assertThat(page.text().lines())
                .contains(
                        "edgeAgent_host_uptime_seconds{" + BASE + ",ms_telemetry=\"True\"} 99",
                        "edgeAgent_available_disk_space_bytes{" + BASE
                                + ",disk_name=\"/dev/a\",disk_filesystem=\"ext4\",disk_filetype=\"SSD\",ms_telemetry=\"True\"} 5",
                        "edgeAgent_used_memory_bytes{" + BASE + ",module_name=\"host\",ms_telemetry=\"True\"} 3",
                        "edgeAgent_used_memory_bytes{" + BASE + "," + module + "4096",
                        "edgeAgent_created_pids_total{" + BASE + "," + module + "2",
                        "edgeAgent_total_network_in_bytes{" + BASE + "," + module + "30",
                        "edgeAgent_total_disk_read_bytes{" + BASE + "," + module + "8",
                        "edgeAgent_used_cpu_percent_sum{" + BASE + "," + module + "50.0",
                        "edgeAgent_used_cpu_percent_count{" + BASE + "," + module + "1");
    }

    @Test
    void without_the_daemon_the_rest_of_the_page_is_there() {
        metrics.synced(true);
        var page = new MetricsPage(device(), "metrics", metrics, () -> {
            throw new IOException("no daemon");
        });

        assertThat(page.text())
                .contains("edgeAgent_iothub_syncs_total{" + BASE + ",ms_telemetry=\"True\"} 1")
                .doesNotContain("edgeAgent_host_uptime_seconds");
    }

    private List<String> lines(String resources) {
        return page(resources).text().lines().toList();
    }

    /** A page whose daemon gives these answers, one after the other. */
    private MetricsPage page(String... resources) {
        var answers = List.of(resources).iterator();
        return new MetricsPage(device(), "metrics", metrics, () -> json(answers.next()));
    }

    private static MetricsPage.Device device() {
        return new MetricsPage.Device("h", "d", "i", "0.1.0");
    }

    private static String resources(int seconds, long cpuNanos) {
        String stats = """
                [{"name":"/m","read":"2026-08-21T10:00:%dZ","memory_stats":{"usage":4096},"pids_stats":{"current":2},
                  "cpu_stats":{"cpu_usage":{"total_usage":%d}},
                  "networks":{"eth0":{"rx_bytes":10,"tx_bytes":1},"eth1":{"rx_bytes":20,"tx_bytes":1}},
                  "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":8},{"op":"Write","value":9}]}}]""".formatted(seconds, cpuNanos);
        return new ObjectMapper()
                .createObjectNode()
                .put("host_uptime", 99)
                .put("process_uptime", 9)
                .put("used_cpu", 1.5)
                .put("used_ram", 3)
                .put("total_ram", 4)
                .put("docker_stats", stats)
                .set("disks", json("""
                        [{"name":"/dev/a","available_space":5,"total_space":6,"file_system":"ext4","file_type":"SSD"}]"""))
                .toString();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static DeploymentManifest manifest() {
        return new DeploymentManifest("1.1", new RuntimeSpec("", "", Map.of()), Map.of("m", wish()));
    }

    private static DesiredModule wish() {
        return new DesiredModule(
                "m",
                "7",
                RuntimeStatus.RUNNING,
                RestartPolicy.ALWAYS,
                ImagePullPolicy.ON_CREATE,
                1,
                Map.of(),
                "a/m:1",
                CreateOptions.none(),
                null);
    }

    private static CurrentModule now(RuntimeStatus status) {
        return new CurrentModule("m", "a/m:1", null, Map.of(), status, null, null, null);
    }
}
