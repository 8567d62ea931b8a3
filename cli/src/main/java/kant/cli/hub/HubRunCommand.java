package kant.cli.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.cli.host.Shutdown;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kant hub run}: a stand-in in the foreground, until Ctrl-C. */
@Command(name = "run", description = "Runs an IoT Hub stand-in in the foreground.")
final class HubRunCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "where it keeps everything")
    private @Nullable Path data;

    @Option(names = "--address", defaultValue = "127.0.0.2", description = "address to listen on (${DEFAULT-VALUE})")
    private String address = "";

    @Option(names = "--name", defaultValue = "hub.kant.test", description = "its host name (${DEFAULT-VALUE})")
    private String name = "";

    @Option(
            names = "--https-port",
            defaultValue = "0",
            description = "service API port (443, or 8443 without the right)")
    private int httpsPort;

    @Option(
            names = "--amqp-port",
            defaultValue = "" + HubSettings.AMQP_PORT,
            description = "AMQP port (${DEFAULT-VALUE}, the only one that SDKs dial)")
    private int amqpPort;

    @Option(
            names = "--device-ca",
            paramLabel = "FILE",
            description = "PEM file of an authority whose certificates devices may show; may be repeated")
    private List<Path> deviceAuthorities = List.of();

    @Option(
            names = "--modules-per-device",
            defaultValue = "" + HubSettings.MODULES_PER_DEVICE,
            description = "how many modules a device may have (${DEFAULT-VALUE}, as at IoT Hub)")
    private int modulesPerDevice;

    @Option(names = "--json", description = "print one JSON object per line")
    private boolean json;

    HubRunCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (data == null) {
            throw new CliException("--data DIR is missing");
        }
        try (var shutdown = new Shutdown()) {
            var settings = new HubSettings(address, name, httpsPort, amqpPort, deviceAuthorities, modulesPerDevice);
            var hub = shutdown.add(HubProgram.start(installation, data, settings));
            HubInfo info = hub.info();
            if (json) {
                out.println(Json.text(describe(info)));
            } else {
                out.println("IoT Hub stand-in " + info.hostName() + " serves MQTT on " + info.address() + ":"
                        + info.mqttPort() + ", AMQP on port " + info.amqpPort()
                        + ", and WebSockets and its APIs on port " + info.httpsPort());
                if (info.httpsPort() != 443) {
                    out.println("Port 443 needs rights that this user does not have: service SDKs, which know no other"
                            + " port, can't reach it; kant's own commands can.");
                }
                out.println("CA certificate: " + info.caFile());
                out.println("Connection string: kant hub connection-string");
                out.println("Stop with Ctrl-C.");
            }
            out.flush();
            int code = hub.program().waitFor();
            if (shutdown.signalled() || code == 0) {
                return 0;
            }
            hub.program().requireAlive();
            return 1;
        }
    }

    static ObjectNode describe(HubInfo info) {
        ObjectNode line = Json.object()
                .put("event", "ready")
                .put("hostName", info.hostName())
                .put("address", info.address());
        line.putObject("ports")
                .put("mqtt", info.mqttPort())
                .put("amqp", info.amqpPort())
                .put("https", info.httpsPort());
        return line.put("caFile", info.caFile().toString())
                .put("connectionString", info.connectionString())
                .put("data", info.data().toString());
    }
}
