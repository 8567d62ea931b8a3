package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import kant.conformance.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those checks of reference/agent.md §12 that need an engine with containers, images and labels. */
class DockerAgentTest {
    private static final String OWNER = "net.azure-devices.edge.owner";

    @TempDir
    static Path folder;

    private static Containers containers;
    private static DockerDevice device;

    @BeforeAll
    static void start() throws Exception {
        containers = Containers.open(folder);
        device = DockerDevice.shared();
        device.awaitModule("edgeHub", "running");
    }

    @AfterAll
    static void stop() throws Exception {
        device.deployed(DockerDevice.base(), 200);
        containers.close();
    }

    private static Deployment box(String options) {
        return DockerDevice.base()
                .set("/modules/box", "{\"type\":\"docker\",\"status\":\"running\",\"imagePullPolicy\":\"never\"}")
                .set("/modules/box/settings/image", "\"kant-test/box:1\"")
                .set(
                        "/modules/box/settings/createOptions",
                        Deployment.object("{}").textNode(options).toString());
    }

    @Test
    void check_15_and_70_to_73_create_options_reach_the_engine_and_only_what_must_be_is_added() throws Exception {
        device.deployed(box("""
                        {"Labels":{"mine":"1"},"StopTimeout":7,"Healthcheck":{"Test":["CMD","true"],"Interval":1000000000},
                         "HostConfig":{"ShmSize":1048576,"Memory":33554432,"RestartPolicy":{"Name":"no"},
                           "LogConfig":{"Type":"json-file","Config":{"max-size":"4m","max-file":"7"}}}}"""), 200);
        device.awaitModule("box", "running");

        JsonNode box = Containers.inspect("box");
        assertThat(box.at("/Config/StopTimeout").asInt()).isEqualTo(7);
        assertThat(box.at("/Config/Healthcheck/Test/1").asText()).isEqualTo("true");
        assertThat(box.at("/HostConfig/ShmSize").asLong()).isEqualTo(1_048_576);
        assertThat(box.at("/HostConfig/Memory").asLong()).isEqualTo(33_554_432);
        assertThat(box.at("/HostConfig/LogConfig/Config/max-size").asText()).isEqualTo("4m");
        assertThat(box.at("/HostConfig/RestartPolicy/Name").asText()).isEqualTo("no");
        assertThat(box.at("/HostConfig/PortBindings")).isEmpty();
        assertThat(box.at("/Config/Labels/mine").asText()).isEqualTo("1");
        assertThat(box.path("Config").path("Labels").path(OWNER).asText())
                .isEqualTo("Microsoft.Azure.Devices.Edge.Agent");
        assertThat(box.path("Config")
                        .path("Labels")
                        .path("net.azure-devices.edge.original-image")
                        .asText())
                .isEqualTo("kant-test/box:1");
        assertThat(box.at("/HostConfig/Binds")).hasSize(1);
        assertThat(box.at("/HostConfig/Binds/0").asText()).contains("/box.sock:");
        assertThat(AgentDevice.module(device.reported(), "box")
                        .at("/settings/imageHash")
                        .asText())
                .isEqualTo(box.path("Image").asText());
    }

    @Test
    void check_46_a_container_whose_health_check_fails_is_restarted() throws Exception {
        device.deployed(
                box("{\"Healthcheck\":{\"Test\":[\"CMD\",\"false\"],\"Interval\":1000000000,\"Retries\":1}}"), 200);

        device.await(
                "a restart",
                r -> AgentDevice.module(r, "box").path("restartCount").asInt() >= 1);
    }

    @Test
    void check_48_and_49_what_is_removed_comes_back_and_strangers_go_or_stay() throws Exception {
        device.deployed(box("{}"), 200);
        device.awaitModule("box", "running");
        Containers.docker("create", "--name", "unlabelled", "kant-test/box:1");
        Containers.docker(
                "create",
                "--name",
                "labelled",
                "--label",
                OWNER + "=Microsoft.Azure.Devices.Edge.Agent",
                "kant-test/box:1");
        String id = Containers.inspect("box").path("Id").asText();

        Containers.docker("rm", "-f", "box");

        Waits.until(
                "the container to be there again",
                DockerDevice.SOON,
                () -> Containers.exists("box")
                        && !Containers.inspect("box").path("Id").asText().equals(id));
        device.awaitModule("box", "running");
        Waits.until("the labelled stranger to be gone", DockerDevice.SOON, () -> !Containers.exists("labelled"));
        assertThat(Containers.exists("unlabelled")).isTrue();
        Containers.docker("rm", "unlabelled");
    }

    @Test
    void check_54_an_image_that_is_here_runs_without_its_registry_if_the_policy_says_never() throws Exception {
        String image = "127.0.0.1:1/team/box:1";
        Containers.docker("tag", "kant-test/box:1", image);
        Deployment gone = box("{}").set("/modules/box/settings/image", "\"" + image + "\"");

        JsonNode refused = device.deployed(
                gone.set("/modules/box/imagePullPolicy", "\"on-create\""), 500, SampleManifestTest.ALL_ATTEMPTS);
        assertThat(AgentDevice.description(refused)).contains("prepare update for module box", image);

        device.deployed(gone, 200);
        device.awaitModule("box", "running");
        assertThat(Containers.inspect("box").at("/Config/Image").asText()).isEqualTo(image);
    }

    @Test
    void an_image_is_pulled_from_a_registry() throws Exception {
        String image = containers.registry() + "/team/box:1";
        containers.publish(image);

        device.deployed(
                box("{}")
                        .set("/modules/box/settings/image", "\"" + image + "\"")
                        .set("/modules/box/imagePullPolicy", "\"on-create\""),
                200);

        assertThat(device.awaitModule("box", "running").at("/settings/image").asText())
                .isEqualTo(image);
    }

    /** In the middle of a plan; {@code KilledTest} goes through all its steps, with processes. */
    @Test
    void an_agents_container_that_is_killed_leaves_no_orphan_and_nothing_twice() throws Exception {
        device.deployed(box("{}"), 200);
        Deployment three = DockerDevice.base();
        for (String name : List.of("first", "second", "third")) {
            three = three.set(
                            "/modules/" + name,
                            "{\"type\":\"docker\",\"status\":\"running\",\"imagePullPolicy\":\"never\"}")
                    .set("/modules/" + name + "/settings/image", "\"kant-test/box:1\"")
                    .set(
                            "/modules/" + name + "/startupOrder",
                            name.equals("first") ? "1" : name.equals("second") ? "2" : "3");
        }
        long version = device.deploy(three);
        Waits.until("the second container", DockerDevice.SOON, () -> Containers.exists("second"));

        Containers.docker("kill", "edgeAgent");

        device.await(
                "the whole deployment",
                r -> r.path("lastDesiredVersion").asLong() == version
                        && AgentDevice.code(r) == 200
                        && r.path("modules").size() == 3);
        for (String name : List.of("first", "second", "third")) {
            device.awaitModule(name, "running");
        }
        assertThat(Containers.names()).containsExactlyInAnyOrder("edgeAgent", "edgeHub", "first", "second", "third");
    }
}
