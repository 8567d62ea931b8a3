package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.RegistryAuth;
import kant.edgedaemon.image.ImageReference;
import org.junit.jupiter.api.Test;

class DockerPartsTest {
    @Test
    void create_options_go_to_the_engine_member_for_member_with_nothing_but_the_engines_own_added() throws Exception {
        String text = """
                {"HostConfig":{"Memory":33554432,"NanoCpus":500000000,"CpuShares":0.5,"Mounts":[{"Type":"volume","Source":"v",
                "Target":"/v","VolumeOptions":{"Future":[1,null,true]}}],"PortBindings":{"80/tcp":[{"HostPort":"8080"}]},
                "LogConfig":{"Type":"json-file","Config":{"max-size":"4m","max-file":"7"}},"Ulimits":[{"Name":"nofile",
                "Soft":1024,"Hard":2048}],"Binds":["/a:/b:ro"],"ExtraHosts":["é.local:10.0.0.1"]},
                "Volumes":{"/data":{}},"FutureTop":{"big":12345678901234567890123,"empty":{},"none":null},"Tty":false,
                "NetworkingConfig":{"EndpointsConfig":{"plant":{"Aliases":["gw"]},"other":{"IPAMConfig":{"IPv4Address":"10.1.0.7"}}}}}""";
        var options = (ObjectNode) new ObjectMapper().readTree(text);

        ObjectNode body = new CreateBody(true, "/home").of(ModuleSpec.of("m", "i:1", options, Map.of()));

        assertThat(body.path("Image").asText()).isEqualTo("i:1");
        assertThat(body.without(List.of("Image", "Env", "Labels")).toString()).isEqualTo(options.toString());
    }

    @Test
    void an_image_name_is_taken_apart() {
        assertThat(ImageReference.parse("busybox")).isEqualTo(new ImageReference("busybox", "latest"));
        assertThat(ImageReference.parse("a/b:1.0")).isEqualTo(new ImageReference("a/b", "1.0"));
        assertThat(ImageReference.parse("r.io:5000/a/b")).isEqualTo(new ImageReference("r.io:5000/a/b", "latest"));
        assertThat(ImageReference.parse("r.io:5000/a/b:x")).isEqualTo(new ImageReference("r.io:5000/a/b", "x"));
        assertThat(ImageReference.parse("busybox").full()).isEqualTo("docker.io/library/busybox:latest");
        assertThat(ImageReference.parse("docker.io/busybox:1").full()).isEqualTo("docker.io/library/busybox:1");
        assertThat(ImageReference.parse("a/b:1").full()).isEqualTo("docker.io/a/b:1");
        assertThat(ImageReference.parse("r.io:5000/b:1").full()).isEqualTo("r.io:5000/b:1");
        assertThat(ImageReference.parse("localhost/b").registry()).isEqualTo("localhost");
        assertThat(ImageReference.parse("a/b:1@sha256:00")).isEqualTo(new ImageReference("a/b", "sha256:00"));
    }

    @Test
    void the_smaller_api_version_is_spoken() {
        assertThat(DockerClient.prefix("1.41")).isEqualTo("/v1.41");
        assertThat(DockerClient.prefix("1.99")).isEqualTo("/v1.47");
        assertThat(DockerClient.prefix("")).isEmpty();
        assertThat(DockerClient.prefix("2.0")).isEmpty();
    }

    @Test
    void registry_credentials_are_url_safe_base64_of_json() {
        String header = ImagePull.header(new RegistryAuth("u", "p?>~", "r.io"));

        assertThat(header).doesNotContain("+", "/");
        assertThat(new String(java.util.Base64.getUrlDecoder().decode(header)))
                .isEqualTo("{\"username\":\"u\",\"password\":\"p?>~\",\"serveraddress\":\"r.io\"}");
    }

    @Test
    void states_are_mapped_as_the_reference_says() throws Exception {
        assertThat(state("{\"Status\":\"created\"}")).isEqualTo(ModuleState.STOPPED);
        assertThat(state("{\"Status\":\"paused\"}")).isEqualTo(ModuleState.STOPPED);
        assertThat(state("{\"Status\":\"exited\",\"ExitCode\":0}")).isEqualTo(ModuleState.STOPPED);
        assertThat(state("{\"Status\":\"exited\",\"ExitCode\":1}")).isEqualTo(ModuleState.FAILED);
        assertThat(state("{\"Status\":\"running\"}")).isEqualTo(ModuleState.RUNNING);
        assertThat(state("{\"Status\":\"dead\"}")).isEqualTo(ModuleState.DEAD);
        assertThat(state("{\"Status\":\"new word\"}")).isEqualTo(ModuleState.UNKNOWN);
        assertThat(ContainerJson.status(new ObjectMapper().readTree("{\"StartedAt\":\"0001-01-01T00:00:00Z\"}"))
                        .startTime())
                .isNull();
    }

    private static ModuleState state(String json) throws Exception {
        return ContainerJson.status(new ObjectMapper().readTree(json)).state();
    }
}
