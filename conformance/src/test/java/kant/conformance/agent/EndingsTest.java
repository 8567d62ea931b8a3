package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Modules that exit 0, 1 and 255, hang, flap, eat memory up to their limit and ignore SIGTERM, under the policies that matter to each:
 * what is reported of them in the end, with containers as with processes.
 */
class EndingsTest {
    /** Of the device with processes. */
    private static final int RESTARTS = 3;

    /** A device of either kind, as far as it is needed here. */
    private interface Device {
        void deploy(Deployment deployment) throws Exception;

        JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception;

        /** Whether its engine has noticed that a module ended for want of memory. */
        boolean sawNoMemory(String module) throws Exception;
    }

    @Test
    void processes_end_as_their_policies_say() throws Exception {
        AgentDevice device = AgentDevice.shared();
        endInEveryWay(Deployment.empty(), Deployment.SHELL, RESTARTS, new Device() {
            @Override
            public void deploy(Deployment deployment) throws Exception {
                device.deployed(deployment);
            }

            @Override
            public JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
                return device.await(what, DockerDevice.SOON, wanted);
            }

            @Override
            public boolean sawNoMemory(String module) {
                return true;
            }
        });
    }

    @Test
    void containers_end_as_their_policies_say() throws Exception {
        DockerDevice device = DockerDevice.shared();
        endInEveryWay(DockerDevice.base(), DockerCommand.BOX, DockerDevice.RESTARTS, new Device() {
            @Override
            public void deploy(Deployment deployment) throws Exception {
                device.deployed(deployment, 200);
            }

            @Override
            public JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
                return device.await(what, wanted);
            }

            @Override
            public boolean sawNoMemory(String module) throws Exception {
                // Docker 20.10 misses it now and then where a container ends as soon as it has begun
                return Containers.inspect(module).at("/State/OOMKilled").asBoolean();
            }
        });
    }

    private static void endInEveryWay(Deployment base, String image, int restarts, Device device) throws Exception {
        Ending goesOn = new Ending("zero-on-failure", "on-failure", "exit 0", "{}", "stopped", 0, 0, "");
        List<Ending> endings = Ending.all(restarts);
        Deployment all = goesOn.in(base, image);
        for (Ending ending : endings) {
            all = ending.in(all, image);
        }

        device.deploy(all);
        for (Ending ending : endings) {
            device.await(ending.toString(), ending::ended);
        }
        List<Ending> seen = new ArrayList<>();
        for (Ending ending : endings) {
            seen.add(ending.isWithoutMemory() && !device.sawNoMemory(ending.module()) ? ending.unnoticed() : ending);
        }
        JsonNode reported = device.await(
                "nothing to be under way",
                r -> seen.stream().allMatch(ending -> ending.ended(r) && ending.isDescribed(r)));

        seen.forEach(ending -> ending.assertReported(reported));
        // what ended well is started again and not counted, as in the original
        JsonNode again = AgentDevice.module(reported, goesOn.module());
        assertThat(again.path("restartCount").asInt()).isZero();
        assertThat(again.path("exitCode").asInt()).isZero();
        assertThat(again.path("runtimeStatus").asText()).isIn("stopped", "running");

        device.deploy(all.set("/modules/deaf/status", "\"stopped\""));
        JsonNode killed = AgentDevice.module(
                device.await(
                        "the deaf one to be killed",
                        r -> AgentDevice.module(r, "deaf").path("exitCode").asInt() == 137),
                "deaf");
        assertThat(killed.path("runtimeStatus").asText()).isEqualTo("failed");
        assertThat(killed.path("restartCount").asInt()).isZero();
        device.deploy(base);
    }
}
