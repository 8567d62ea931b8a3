package kant.cli.hub;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a stand-in is to run.
 *
 * @param httpsPort 0 chooses 443, or 8443 where this user may not bind 443
 * @param deviceAuthorities PEM files with the authorities whose certificates devices may show
 * @param modulesPerDevice how many a device may have
 */
public record HubSettings(
        String address, String name, int httpsPort, int amqpPort, List<Path> deviceAuthorities, int modulesPerDevice) {
    static final int AMQP_PORT = 5671;

    /** IoT Hub's own limit, system modules included. */
    static final int MODULES_PER_DEVICE = 50;

    public HubSettings {
        deviceAuthorities = List.copyOf(deviceAuthorities);
    }

    /** With AMQP on the port that SDKs dial, and no authority for devices. */
    public static HubSettings of(String address, String name, int httpsPort) {
        return new HubSettings(address, name, httpsPort, AMQP_PORT, List.of(), MODULES_PER_DEVICE);
    }

    /** The program's arguments. */
    List<String> arguments(Path data, int https) {
        List<String> arguments = new ArrayList<>(List.of(
                "--data",
                data.toString(),
                "--address",
                address,
                "--name",
                name,
                "--https-port",
                Integer.toString(https),
                "--amqp-port",
                Integer.toString(amqpPort),
                "--modules-per-device",
                Integer.toString(modulesPerDevice)));
        for (Path file : deviceAuthorities) {
            arguments.addAll(List.of("--device-ca", file.toAbsolutePath().toString()));
        }
        return arguments;
    }
}
