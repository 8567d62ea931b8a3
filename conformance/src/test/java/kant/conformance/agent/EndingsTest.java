package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules that exit 0, 1 and 255, hang, flap, eat memory up to their limit and ignore SIGTERM, under the policies that matter to each:
 * what is reported of them in the end, with containers as with processes. The agent gives up after three restarts, after 1, 2 and 4 s.
 */
class EndingsTest {

    /** A device of either kind, as far as it is needed here. */
    private interface Device {
        void deploy(Deployment deployment) throws Exception;

        JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception;
    }

    @Test
    void processes_end_as_their_policies_say() throws Exception {
        AgentDevice device = AgentDevice.shared();
        endInEveryWay(Deployment.empty(), Deployment.SHELL, new Device() {
            @Override
            public void deploy(Deployment deployment) throws Exception {
                device.deployed(deployment);
            }

            @Override
            public JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
                return device.await(what, DockerDevice.SOON, wanted);
            }
        });
        device.deployed(Deployment.empty());
    }

    @Test
    void containers_end_as_their_policies_say(@TempDir Path folder) throws Exception {
        Containers.engine().makeBox(folder);
        try (DockerDevice device = DockerDevice.start(
                "endings",
                "127.10.3.10",
                Map.of(
                        "KANT_ROLLBACK",
                        "false",
                        "KANT_LOOK_MILLIS",
                        "200",
                        "CoolOffTimeUnitInSeconds",
                        "1",
                        "MaxRestartCount",
                        Integer.toString(Ending.RESTARTS)))) {
            endInEveryWay(DockerDevice.base(), DockerCommand.BOX, new Device() {
                @Override
                public void deploy(Deployment deployment) throws Exception {
                    device.deployed(deployment, 200);
                }

                @Override
                public JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
                    return device.await(what, wanted);
                }
            });
        }
    }

    private static void endInEveryWay(Deployment base, String image, Device device) throws Exception {
        Ending goesOn = new Ending("zero-on-failure", "on-failure", "exit 0", "{}", "stopped", 0, 0, "");
        List<Ending> endings = Ending.all();
        Deployment all = goesOn.in(base, image);
        for (Ending ending : endings) {
            all = ending.in(all, image);
        }

        device.deploy(all);
        for (Ending ending : endings) {
            device.await(ending.toString(), ending::reached);
        }
        JsonNode reported = device.await("nothing to be under way", r -> endings.stream().allMatch(e -> e.reached(r)));
        endings.forEach(ending -> ending.assertReported(reported));
        // what ended well is started again and not counted, as in the original
        JsonNode again = AgentDevice.module(reported, goesOn.module());
        assertThat(again.path("restartCount").asInt()).isZero();
        assertThat(again.path("exitCode").asInt()).isZero();
        assertThat(again.path("runtimeStatus").asText()).isIn("stopped", "running");

        ignoreSigterm(base, image, device);
    }

    private static void ignoreSigterm(Deployment base, String image, Device device) throws Exception {
        Ending deaf = Ending.deaf("deaf", false);
        Ending hangs = Ending.deaf("deaf-and-hangs", true);
        Deployment both = hangs.in(deaf.in(base, image), image);
        device.deploy(both);
        deaf.assertReported(device.await("it to run", deaf::reached));
        hangs.assertReported(device.await("it to be given up", hangs::reached));

        device.deploy(both.set("/modules/deaf/status", "\"stopped\""));

        JsonNode killed = AgentDevice.module(
                device.await(
                        "the deaf one to be killed",
                        r -> AgentDevice.module(r, "deaf").path("exitCode").asInt() == 137),
                "deaf");
        assertThat(killed.path("runtimeStatus").asText()).isEqualTo("failed");
        assertThat(killed.path("restartCount").asInt()).isZero();
    }
}
