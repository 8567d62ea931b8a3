package kant.cli.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Ports;
import kant.cli.host.Program;

/** Starts a stand-in and waits until it serves. */
public final class HubProgram implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Program program;
    private final HubInfo info;
    private final Path pointer;

    private HubProgram(Program program, HubInfo info, Path pointer) {
        this.program = program;
        this.info = info;
        this.pointer = pointer;
    }

    /** Starts a stand-in. */
    public static HubProgram start(Installation installation, Path folder, HubSettings settings)
            throws CliException, InterruptedException {
        Path data = Installation.privateFolder(folder);
        String address = settings.address();
        int https = settings.httpsPort() != 0 ? settings.httpsPort() : Ports.mayBind(address, 443) ? 443 : 8443;
        Ports.requireFree(
                address, 8883, "choose another address of this machine with --address, for example 127.0.0.4");
        Ports.requireFree(address, settings.amqpPort(), "choose another with --amqp-port");
        Ports.requireFree(address, https, "choose another with --https-port, for example --https-port 8443");
        try {
            Files.deleteIfExists(data.resolve("hub.json"));
            Program program = Program.start(
                    "the IoT Hub stand-in",
                    installation.program("iot-hub", "kant.iothub.Main", "64m", settings.arguments(data, https)),
                    data.resolve("iot-hub.log"));
            try {
                long deadline = System.nanoTime() + START_LIMIT.toNanos();
                while (!Files.exists(data.resolve("hub.json"))) {
                    program.requireAlive();
                    if (System.nanoTime() > deadline) {
                        throw new CliException("the IoT Hub stand-in did not start within " + START_LIMIT.toSeconds()
                                + " s; see " + data.resolve("iot-hub.log"));
                    }
                    Thread.sleep(20);
                }
                return new HubProgram(program, HubInfo.read(data), HubInfo.register(installation, data));
            } catch (CliException | InterruptedException | IOException e) {
                program.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CliException("folder " + data + " can't be used: " + e.getMessage(), e);
        }
    }

    public HubInfo info() {
        return info;
    }

    public Program program() {
        return program;
    }

    @Override
    public void close() throws IOException {
        program.close();
        Files.deleteIfExists(pointer);
    }
}
