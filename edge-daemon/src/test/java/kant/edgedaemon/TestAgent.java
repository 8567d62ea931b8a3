package kant.edgedaemon;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.unix.ApiException;
import kant.daemonapi.unix.SocketPath;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.workload.WorkloadClient;
import kant.world.Tasks;

/** A process that does what an agent does first: asks the workload API about itself, then makes and starts a module. */
public final class TestAgent {
    private TestAgent() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> env = System.getenv();
        Tasks tasks = Tasks.virtual("agent");
        var workload = new WorkloadClient(
                new UnixHttpClient(SocketPath.ofUri(env.get("IOTEDGE_WORKLOADURI")), tasks),
                env.get("IOTEDGE_MODULEID"),
                env.get("IOTEDGE_MODULEGENERATIONID"));
        String digest = Base64.getEncoder().encodeToString(workload.sign("x".getBytes(StandardCharsets.UTF_8)));
        String certificate = workload.createServerCertificate(
                        "gw.local", Instant.now().plusSeconds(86400))
                .certificatePem();
        var management =
                new ManagementClient(new UnixHttpClient(SocketPath.ofUri(env.get("IOTEDGE_MANAGEMENTURI")), tasks));
        var options = JsonNodeFactory.instance.objectNode();
        options.putArray("Entrypoint").add("/bin/sh").add("-c");
        options.putArray("Cmd").add("echo module up; trap 'exit 0' TERM; sleep 1000 & wait");
        try {
            String image = env.getOrDefault("SENSOR_IMAGE", "kant-test/sh:1");
            management.create(new ModuleSpec(
                    "sensor", ModuleSpec.DOCKER, PullPolicy.NEVER, image, options, null, null, Map.of()));
        } catch (ApiException e) {
            if (e.status() != 409) {
                throw e;
            }
        }
        management.start("sensor");
        var report = JsonNodeFactory.instance.objectNode();
        report.put("digest", digest).put("certificates", certificate.split("BEGIN CERTIFICATE", -1).length - 1);
        report.put("pid", ProcessHandle.current().pid());
        env.forEach(report.putObject("env")::put);
        Path file = Path.of(env.get("KANT_DATA"), "report.json");
        Path unfinished = Files.writeString(file.resolveSibling("report.new"), report.toString());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        System.out.println("agent ready");
        new CountDownLatch(1).await();
    }
}
