package kant.edgehub.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kant.model.error.RefusedException;
import kant.store.segment.Durability;
import kant.upstream.UpstreamProtocol;
import kant.upstream.budget.UpstreamLimits;
import org.junit.jupiter.api.Test;

class EdgeHubConfigTest {
    private final Map<String, String> env = new HashMap<>(Map.of(
            "IOTEDGE_DEVICEID", "edge-1",
            "IOTEDGE_MODULEID", "$edgeHub",
            "IOTEDGE_MODULEGENERATIONID", "g1",
            "IOTEDGE_IOTHUBHOSTNAME", "hub.kant.test",
            "EdgeDeviceHostName", "edge-1.plant.local",
            "IOTEDGE_WORKLOADURI", "unix:///run/edgeHub.sock",
            "storageFolder", "/data"));

    @Test
    void the_daemons_environment_is_enough() throws RefusedException {
        EdgeHubConfig config = EdgeHubConfig.read(env);

        assertThat(config.identity().id().text()).isEqualTo("edge-1/$edgeHub");
        assertThat(config.identity().gateway()).isEqualTo("edge-1.plant.local");
        assertThat(config.secrets()).isEqualTo(new Secrets.Workload("unix:///run/edgeHub.sock"));
        assertThat(config.parent())
                .isEqualTo(new ParentSettings(
                        "hub.kant.test",
                        null,
                        new ParentSettings.ParentPorts(8883, 5671, 443),
                        UpstreamProtocol.AMQP_OR_WS,
                        Duration.ofSeconds(60),
                        UpstreamLimits.NONE,
                        null));
        assertThat(config.listeners()).isEqualTo(new Listeners("0.0.0.0", 8883, 5671, 443, 9600));
        assertThat(config.storage().directory()).isEqualTo(Path.of("/data/edgeHub"));
        assertThat(config.storage().durability()).isEqualTo(Durability.FSYNC);
        assertThat(config.limits().clients()).isEqualTo(100);
        assertThat(config.limits().acknowledgement()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.notHonoured()).isEmpty();
    }

    @Test
    void what_may_go_up_is_limited_by_rate_and_hours_and_a_mistake_is_named() throws RefusedException {
        env.put("KANT_UPSTREAM_BYTES_PER_SECOND", "4000");
        env.put("KANT_UPSTREAM_QUIET_HOURS", "22:00-06:00,12:00-13:00");

        UpstreamLimits limits = EdgeHubConfig.read(env).parent().limits();

        assertThat(limits.bytesPerSecond()).hasValue(4000);
        assertThat(limits.quiet().windows()).hasSize(2);
        env.put("KANT_UPSTREAM_QUIET_HOURS", "at night");
        assertThatThrownBy(() -> EdgeHubConfig.read(env))
                .hasMessageContaining("KANT_UPSTREAM_QUIET_HOURS")
                .hasMessageContaining("at night");
    }

    @Test
    void names_are_taken_in_any_case_with_colons_or_underscores() throws RefusedException {
        env.put("MAXCONNECTEDCLIENTS", "7");
        env.put("httpSettings:metrics_port", "9700");
        env.put("KANT_DURABILITY", "OS");
        env.put("storeAndForward__timeToLiveSecs", "60");

        EdgeHubConfig config = EdgeHubConfig.read(env);

        assertThat(config.limits().clients()).isEqualTo(7);
        assertThat(config.listeners().metricsPort()).isEqualTo(9700);
        assertThat(config.storage().durability()).isEqualTo(Durability.OS);
        assertThat(config.storage().ttlSeconds()).isEqualTo(60);
    }

    @Test
    void every_mistake_is_named_at_once() {
        env.remove("EdgeDeviceHostName");
        env.put("MaxConnectedClients", "many");
        env.put("MetricsEnabled", "perhaps");
        env.put("KANT_DURABILITY", "tape");

        assertThatThrownBy(() -> EdgeHubConfig.read(env))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("EdgeDeviceHostName is not set")
                .hasMessageContaining("MaxConnectedClients=\"many\"")
                .hasMessageContaining("MetricsEnabled=\"perhaps\"")
                .hasMessageContaining("KANT_DURABILITY=\"tape\"");
    }

    @Test
    void a_setting_that_asks_for_what_this_hub_does_not_do_is_named() throws RefusedException {
        env.put("AuthenticationMode", "CloudAndScope");
        env.put("storeAndForwardEnabled", "True");
        env.put("RocksDB_MaxOpenFiles", "7");

        assertThat(EdgeHubConfig.read(env).notHonoured())
                .containsExactly("AuthenticationMode=CloudAndScope", "RocksDB_MaxOpenFiles=7");
    }

    @Test
    void without_a_daemon_a_connection_string_and_files_do_and_the_key_is_not_printed() throws RefusedException {
        env.clear();
        env.put("IotHubConnectionString", "HostName=hub.x;DeviceId=e;ModuleId=$edgeHub;SharedAccessKey=c2VjcmV0");
        env.put("EdgeDeviceHostName", "localhost.x");
        env.put("EdgeHubDevServerCertificateFile", "/c.pem");
        env.put("EdgeHubDevServerPrivateKeyFile", "/k.pem");
        env.put("KANT_DATA", "/data");

        EdgeHubConfig config = EdgeHubConfig.read(env);

        assertThat(config.identity().iotHub()).isEqualTo("hub.x");
        assertThat(config.secrets()).isInstanceOf(Secrets.Files.class);
        assertThat(config.toString()).doesNotContain("c2VjcmV0");
    }

    @Test
    void metrics_can_be_switched_off() throws RefusedException {
        env.put("MetricsEnabled", "false");

        assertThat(EdgeHubConfig.read(env).listeners().metricsPort()).isEqualTo(-1);
    }

    @Test
    void each_door_has_its_port_and_can_be_switched_off_but_not_all() throws RefusedException {
        env.put("amqpSettings__port", "5672");
        env.put("httpSettings__enabled", "false");
        assertThat(EdgeHubConfig.read(env).listeners())
                .isEqualTo(new Listeners("0.0.0.0", 8883, 5672, Listeners.OFF, 9600));

        env.put("amqpSettings__enabled", "false");
        env.put("mqttSettings__enabled", "false");
        assertThatThrownBy(() -> EdgeHubConfig.read(env)).hasMessageContaining("no client could connect");
    }

    @Test
    void tls_versions_and_time_spans_are_read_as_the_original_does() throws RefusedException {
        env.put("SslProtocols", "tls1.2, TLS12");
        env.put("mqttSettings__ConnectArrivalTimeout", "00:00:30");
        env.put("mqttSettings__MaxKeepAliveTimeout", "1.00:00:00");

        Doors doors = EdgeHubConfig.read(env).doors();

        assertThat(doors.tlsProtocols()).containsExactly("TLSv1.2");
        assertThat(doors.connectArrival()).isEqualTo(Duration.ofSeconds(30));
        assertThat(doors.keepAlive()).isEqualTo(Duration.ofDays(1));
        env.put("SslProtocols", "ssl3");
        assertThat(EdgeHubConfig.read(env).doors().tlsProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
    }

    @Test
    void the_link_speaks_what_upstream_protocol_says_through_the_proxy() throws RefusedException {
        env.put("UpstreamProtocol", "amqpws");
        env.put("https_proxy", "http://me:secret@proxy:3128");

        ParentSettings parent = EdgeHubConfig.read(env).parent();

        assertThat(parent.protocol()).isEqualTo(UpstreamProtocol.AMQP_WS);
        assertThat(String.valueOf(parent.proxy())).contains("proxy:3128").doesNotContain("secret");
    }

    @Test
    void the_store_gets_a_tenth_of_its_volume_up_to_a_gibibyte() throws RefusedException {
        Storage storage = EdgeHubConfig.read(env).storage();

        assertThat(storage.bound(4L << 30, 1)).isEqualTo((4L << 30) / 10);
        assertThat(storage.bound(1L << 40, 1)).isEqualTo(1L << 30);
        assertThat(storage.bound(1L << 20, 1)).isEqualTo(4L << 20);
        env.put("KANT_STORE_MAX_BYTES", "5000000");
        assertThat(EdgeHubConfig.read(env).storage().bound(4L << 30, 1)).isEqualTo(5_000_000);
    }

    @Test
    void what_is_kept_in_memory_alone_gets_a_quarter_of_the_heap() throws RefusedException {
        env.put("KANT_DURABILITY", "memory");

        assertThat(EdgeHubConfig.read(env).storage().bound(1L << 40, 64 << 20)).isEqualTo(16 << 20);
    }
}
