package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kant.conformance.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Devices whose hub is away, and one that never asks for it (reference/agent.md §12, 30, 31, 60, 61). */
class AloneTest {
    private AgentDevice device;

    @AfterEach
    void stop() throws Exception {
        if (device != null) {
            device.close();
        }
    }

    @Test
    void check_30_31_60_and_61_with_no_hub_since_boot_the_last_deployment_runs_and_is_told_in_one_report()
            throws Exception {
        device = AgentDevice.start("alone", "127.10.3.3", Map.of("CoolOffTimeUnitInSeconds", "1"));
        device.deployed(Deployment.empty().with("one"), "one", "running");
        JsonNode before = device.reported();
        device.standIn.close();
        try {
            device.stopDaemon(); // the machine goes down, and comes up with no network
            int down = device.mark();
            device.startDaemon();

            Waits.until( // by the log, whose line comes after the process: a later "started" is then another start
                    "the modules to run",
                    AgentDevice.SOON,
                    () -> device.changesSince(down).containsAll(List.of("started one", "started edgeHub")));
            int killed = device.mark();
            device.process("one").destroyForcibly();
            Waits.until(
                    "the killed module to be started again",
                    AgentDevice.SOON,
                    () -> device.changesSince(killed).contains("started one"));
        } finally {
            device.standIn.restart();
        }

        JsonNode after = device.await(
                "the restart to be reported",
                r -> AgentDevice.module(r, "one").path("restartCount").asInt()
                        >= 1); // and another one where the stop of the machine had ended it with a signal
        assertThat(AgentDevice.code(after)).isEqualTo(200);
        // the stop's 406 went up while the hub was there no more; what changed since comes in one piece
        assertThat(after.path("$version").asLong() - before.path("$version").asLong())
                .isLessThanOrEqualTo(2);

        deleteBackup();
        device.processes.only("$edgeAgent");
        int mark = device.mark();
        device.process("$edgeAgent").destroyForcibly();
        Waits.until(
                "another agent",
                AgentDevice.SOON,
                () -> device.changesSince(mark).contains("started edgeAgent"));
        device.deployed(Deployment.empty().with("one").set("/note", "1"));
        assertThat(device.changesSince(mark)).as("an agent without its files").containsExactly("started edgeAgent");
    }

    private void deleteBackup() throws Exception {
        Path folder = Path.of(device.processes.only("$edgeAgent").environment().get("KANT_DATA"));
        for (String file : new String[] {"backup.json", "modules.json", "trial.json"}) {
            Files.deleteIfExists(folder.resolve(file));
        }
    }

    @Test
    void a_deployment_from_a_file_needs_no_hub() throws Exception {
        device = AgentDevice.prepared("filed", "127.10.3.5", Map.of("ConfigSource", "local"));
        Path agent = Files.createDirectories(device.data().resolve("modules/edgeAgent"));
        write(agent, 1, Deployment.empty().without("/systemModules/edgeHub").with("one"));
        device.startDaemon();
        Waits.until(
                "the file's module to run",
                AgentDevice.SOON,
                () -> device.processes.roots().containsKey("one"));

        write(agent, 2, Deployment.empty().without("/systemModules/edgeHub").with("two"));

        Waits.until("the changed file's module to run", AgentDevice.SOON, () -> {
            var runs = device.processes.roots();
            return runs.containsKey("two") && !runs.containsKey("one");
        });
        assertThat(device.reported().has("lastDesiredVersion")).isFalse();
    }

    private static void write(Path folder, int version, Deployment deployment) throws Exception {
        var file = new ObjectMapper().createObjectNode().put("version", version);
        file.set("deploymentConfig", deployment.desired());
        Path fresh = Files.writeString(folder.resolve("config.json.new"), file.toString());
        Files.move(fresh, folder.resolve("config.json"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
