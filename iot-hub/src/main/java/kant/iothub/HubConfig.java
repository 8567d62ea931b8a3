package kant.iothub;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.iothub.registry.Registry;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.tls.Pem;

/**
 * What the command line says.
 *
 * @param data the directory that everything is kept in
 * @param address the IP address that both servers listen on
 * @param name the hub's host name, which clients send and the certificate carries
 * @param httpsPort 0 for any that is free
 * @param mqttPort 8883, the only one that device SDKs dial; another for tests, 0 for any that is free
 * @param amqpPort 5671, likewise
 * @param deviceAuthorities whose certificates devices may show that are registered so
 * @param modulesPerDevice IoT Hub has 50
 * @param telemetryBytes bound of the telemetry log; when it is full the oldest messages go
 */
public record HubConfig(
        Path data,
        String address,
        String name,
        int httpsPort,
        int mqttPort,
        int amqpPort,
        List<X509Certificate> deviceAuthorities,
        int modulesPerDevice,
        long telemetryBytes) {
    private static final Set<String> OPTIONS = Set.of(
            "--data",
            "--address",
            "--name",
            "--https-port",
            "--mqtt-port",
            "--amqp-port",
            "--device-ca",
            "--modules-per-device");
    private static final String ADDRESS = "127.0.0.2";
    private static final String NAME = "hub.kant.test";
    private static final int MQTT_PORT = 8883;
    private static final int AMQP_PORT = 5671;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;
    private static final long TELEMETRY_BYTES = 256L << 20;

    public HubConfig {
        deviceAuthorities = List.copyOf(deviceAuthorities);
    }

    /**
     * Reads {@code --data D --address A --name N --https-port P --mqtt-port P --amqp-port P --device-ca FILE…
     * --modules-per-device N}; refuses with every
     * mistake at once.
     */
    static HubConfig parse(List<String> arguments) throws RefusedException {
        List<String> mistakes = new ArrayList<>();
        Map<String, String> options = new LinkedHashMap<>();
        List<X509Certificate> authorities = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (!OPTIONS.contains(option)) {
                mistakes.add("unknown option \"" + option + "\"");
            } else if (i + 1 == arguments.size()) {
                mistakes.add(option + " needs a value");
            } else if (option.equals("--device-ca")) {
                authorities.addAll(authorities(arguments.get(i + 1), mistakes));
            } else {
                options.put(option, arguments.get(i + 1));
            }
        }
        if (!options.containsKey("--data")) {
            mistakes.add("--data DIRECTORY is missing");
        }
        String address = options.getOrDefault("--address", ADDRESS);
        if (!isLiteral(address)) {
            mistakes.add("--address must be an IP address such as " + ADDRESS + ", not \"" + address + "\"");
        }
        int httpsPort = port(options, "--https-port", HTTPS_PORT, mistakes);
        int mqttPort = port(options, "--mqtt-port", MQTT_PORT, mistakes);
        int amqpPort = port(options, "--amqp-port", AMQP_PORT, mistakes);
        int modules = number(options, "--modules-per-device", Registry.MAX_MODULES, "a number", mistakes);
        if (!mistakes.isEmpty()) {
            throw new RefusedException(new Refusal.Invalid(String.join("; ", mistakes)));
        }
        return new HubConfig(
                Path.of(options.getOrDefault("--data", "")),
                address,
                options.getOrDefault("--name", NAME),
                httpsPort,
                mqttPort,
                amqpPort,
                authorities,
                modules,
                TELEMETRY_BYTES);
    }

    private static List<X509Certificate> authorities(String file, List<String> mistakes) {
        try {
            List<X509Certificate> found = Pem.certificates(Files.readString(Path.of(file)));
            if (found.isEmpty()) {
                mistakes.add("--device-ca file \"" + file + "\" has no certificate in it; PEM text is expected");
            }
            return found;
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            mistakes.add("--device-ca file \"" + file + "\" cannot be read: " + e);
            return List.of();
        }
    }

    private static boolean isLiteral(String address) {
        try {
            return !InetAddress.ofLiteral(address).isMulticastAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static int port(Map<String, String> options, String option, int usual, List<String> mistakes) {
        return number(options, option, usual, "a port number", mistakes);
    }

    private static int number(
            Map<String, String> options, String option, int usual, String what, List<String> mistakes) {
        String text = options.getOrDefault(option, Integer.toString(usual));
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= MAX_PORT) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below, as a number out of range is
        }
        mistakes.add(option + " must be " + what + ", not \"" + text + "\"");
        return usual;
    }
}
