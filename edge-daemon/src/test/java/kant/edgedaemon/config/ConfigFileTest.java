package kant.edgedaemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import kant.daemonapi.management.PullPolicy;
import kant.edgedaemon.image.CleanUp;
import kant.edgedaemon.image.PullLimits;
import org.junit.jupiter.api.Test;

class ConfigFileTest {
    private static final String MANUAL = """
            [provisioning]
            source = "manual"
            connection_string = "HostName=hub.local;DeviceId=gw-01;SharedAccessKey=c2VjcmV0LXNlY3JldA"
            """;

    @Test
    void a_small_file_gets_the_defaults() throws ConfigException {
        DaemonConfig config = parse(MANUAL);

        assertThat(config.hostName()).isEqualTo("machine");
        assertThat(config.provisioning().hubHostName()).isEqualTo("hub.local");
        assertThat(config.provisioning().deviceId()).isEqualTo("gw-01");
        assertThat(config.provisioning().key().reveal()).isEqualTo("c2VjcmV0LXNlY3JldA==");
        assertThat(config.agent().spec().image()).isEqualTo(ConfigFile.AGENT_IMAGE);
        assertThat(config.engine().choice()).isEqualTo(EngineChoice.AUTO);
        assertThat(config.engine().network()).isEqualTo("azure-iot-edge");
        assertThat(config.sockets().management()).isEqualTo(Path.of("/var/lib/kant/run/mgmt.sock"));
        assertThat(config.sockets().managementLimit()).isEqualTo(50);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void what_the_command_line_writes_is_read() throws ConfigException {
        DaemonConfig config = parse("""
                hostname = "edge.kant.test"
                trust_bundle_cert = "file:///data/hub/ca.pem"
                """ + MANUAL + """
                [agent]
                imagePullPolicy = "never"
                [agent.config]
                image = "kant/edge-agent:0.1.0"
                [agent.env]
                RuntimeLogLevel = "debug"
                [moby_runtime]
                uri = "unix:///run/d.sock"
                network = "host"
                [kant]
                data = "/data/edge"
                run = "/tmp/k"
                engine = "process"
                catalogue = "/opt/kant/bundles"
                listen_address = "127.0.0.1"
                parent_address = "127.0.0.2"
                parent_https_port = 8443
                hub_only = false
                remove_on_stop = true
                """);

        assertThat(config.trustBundle()).isEqualTo(Path.of("/data/hub/ca.pem"));
        assertThat(config.agent().spec().pullPolicy()).isEqualTo(PullPolicy.NEVER);
        assertThat(config.agent().spec().env()).containsEntry("RuntimeLogLevel", "debug");
        assertThat(config.engine().dockerSocket()).isEqualTo(Path.of("/run/d.sock"));
        assertThat(config.engine().network()).isEqualTo("host");
        assertThat(config.parent().address()).isEqualTo("127.0.0.2");
        assertThat(config.sockets().perModule()).isEqualTo(Path.of("/tmp/k/mnt"));
        assertThat(config.behaviour().environment())
                .containsEntry("KANT_LISTEN_ADDRESS", "127.0.0.1")
                .containsEntry("KANT_PARENT_ADDRESS", "127.0.0.2")
                .containsEntry("KANT_PARENT_HTTPS_PORT", "8443");
        assertThat(config.behaviour().removeOnStop()).isTrue();
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() throws ConfigException {
        DaemonConfig config = parse(MANUAL + """
                [moby_runtime]
                netwrok = "x"
                [tpm]
                tcti = "device"
                """);

        assertThat(config.warnings())
                .containsExactly(
                        "config.toml:5: unknown key \"moby_runtime.netwrok\" (ignored)."
                                + " Did you mean \"moby_runtime.network\"?",
                        "config.toml:7: \"tpm.tcti\" has no effect in this version.");
    }

    @Test
    void all_mistakes_are_told_at_once_with_their_lines() {
        assertThatThrownBy(() -> parse("""
                hostname = "edge one"
                allow_elevated_docker_permissions = "yes"
                [provisioning]
                source = "manual"
                connection_string = "HostName=hub.local;DeviceId=d"
                [listen]
                management_uri = "fd://aziot-edged.mgmt.socket"
                [kant]
                engine = "podman"
                parent_https_port = 70000
                data = "relative/path"
                """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.toml:1: hostname \"edge one\" is not usable as a TLS name")
                .hasMessageContaining("config.toml:2: \"allow_elevated_docker_permissions\" must be true or false")
                .hasMessageContaining("config.toml:5: the connection string has no SharedAccessKey")
                .hasMessageContaining("config.toml:7: \"listen.management_uri\"")
                .hasMessageContaining("config.toml:9: kant.engine is \"podman\"")
                .hasMessageContaining("config.toml:10: \"kant.parent_https_port\" is 70000")
                .hasMessageContaining("config.toml:11: \"kant.data\" is \"relative/path\"");
    }

    @Test
    void what_is_not_toml_is_told_with_its_line() {
        assertThatThrownBy(() -> parse("hostname = \"a\"\nsource = manual\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("config.toml:2: not TOML");
    }

    @Test
    void a_source_that_is_not_built_is_refused_by_name() {
        assertThatThrownBy(() -> parse("[provisioning]\nsource = \"dps\"\n[edge_ca]\nmethod = \"est\"\n"))
                .hasMessageContaining("provisioning source \"dps\" is not possible in this version")
                .hasMessageContaining("\"edge_ca.method\"");
    }

    @Test
    void an_image_policy_is_read_in_its_order() throws Exception {
        DaemonConfig config = parse(MANUAL + """
                [[kant.image_policy]]
                pattern = "kant/*"
                unsigned = true
                [[kant.image_policy]]
                pattern = "other/*"
                unsigned = true
                """);

        assertThat(config.engine().images().policy().rules())
                .extracting(rule -> rule.pattern())
                .containsExactly("kant/*", "other/*");
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void an_image_policy_that_is_not_understood_is_refused() {
        assertThatThrownBy(() -> parse(MANUAL + """
                [[kant.image_policy]]
                pattern = "a/*"
                [[kant.image_policy]]
                keys = ["/no/such/key.pub"]
                """))
                .hasMessageContaining("\"a/*\" must have either \"keys\" or \"unsigned = true\"")
                .hasMessageContaining("has no \"pattern\"")
                .hasMessageContaining("/no/such/key.pub");
    }

    @Test
    void what_concerns_images_has_the_originals_defaults_and_takes_its_words() throws ConfigException {
        assertThat(parse(MANUAL).engine().images().cleanUp()).isEqualTo(CleanUp.DEFAULT);
        assertThat(parse(MANUAL).engine().images().pulls()).isEqualTo(PullLimits.DEFAULT);

        DaemonConfig config = parse(MANUAL + """
                [image_garbage_collection]
                enabled = false
                cleanup_recurrence = "2 days"
                image_age_cleanup_threshold = "36h"
                cleanup_time = "03:30"
                [kant.image_disk]
                high_percent = 70
                [kant.pull]
                at_once = 1
                stall_limit = "1m30s"
                """);

        assertThat(config.engine().images().cleanUp())
                .isEqualTo(new CleanUp(false, Duration.ofDays(2), Duration.ofHours(36), LocalTime.of(3, 30), 70, 70));
        assertThat(config.engine().images().pulls().atOnce()).isEqualTo(1);
        assertThat(config.engine().images().pulls().stall()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void times_and_percents_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> parse(MANUAL + """
                [image_garbage_collection]
                cleanup_recurrence = "36h"
                image_age_cleanup_threshold = "soon"
                cleanup_time = "24:00"
                [kant.image_disk]
                high_percent = 50
                low_percent = 60
                """))
                .hasMessageContaining("must be whole days")
                .hasMessageContaining("is \"soon\"; it must be a time of at least 1 s")
                .hasMessageContaining("is \"24:00\"")
                .hasMessageContaining("is 60, above \"high_percent\", 50");
    }

    @Test
    void the_device_key_is_in_no_text_form() throws ConfigException {
        assertThat(parse(MANUAL).toString()).doesNotContain("c2VjcmV0");
    }

    @Test
    void a_network_in_the_long_form_is_told_in_the_engines_words() throws ConfigException {
        DaemonConfig config = parse(MANUAL + """
                [moby_runtime.network]
                name = "plant"
                ipv6 = true
                ipam = { config = [ { subnet = "172.28.0.0/16", gateway = "172.28.0.1" } ] }
                """);

        assertThat(config.engine().network()).isEqualTo("plant");
        assertThat(config.engine().networkSpec().toString())
                .contains("\"EnableIPv6\":true", "\"Subnet\":\"172.28.0.0/16\"", "\"Gateway\":\"172.28.0.1\"");
        assertThat(config.warnings()).isEmpty();
    }

    private static DaemonConfig parse(String text) throws ConfigException {
        return ConfigFile.parse(text, "config.toml", "machine");
    }
}
