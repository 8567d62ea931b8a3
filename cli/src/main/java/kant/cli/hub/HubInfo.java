package kant.cli.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import org.jspecify.annotations.Nullable;

/**
 * A running stand-in, as it describes itself in {@code hub.json}.
 *
 * @param mqttPort 0 where it does not serve MQTT, for want of rights; as the next
 * @param connectionString of the policy iothubowner
 */
public record HubInfo(
        Path data,
        String hostName,
        String address,
        int mqttPort,
        int amqpPort,
        int httpsPort,
        Path caFile,
        String connectionString) {

    /** Reads what a stand-in left in its data folder. */
    public static HubInfo read(Path data) throws CliException {
        Path file = data.resolve("hub.json");
        if (!Files.exists(file)) {
            throw new CliException("no IoT Hub stand-in runs on " + data + " (there is no " + file
                    + "); start one with: kant hub run --data " + data);
        }
        ObjectNode json = Json.read(file);
        return new HubInfo(
                data,
                json.path("hostName").asText(),
                json.path("address").asText(),
                json.path("mqttPort").asInt(),
                json.path("amqpPort").asInt(),
                json.path("httpsPort").asInt(),
                Path.of(json.path("caFile").asText()),
                json.path("connectionString").asText());
    }

    /** The stand-in that a command means: the one named by its data folder, else the only one that runs for this user. */
    public static HubInfo find(Installation installation, @Nullable Path data) throws CliException {
        if (data != null) {
            return read(data.toAbsolutePath());
        }
        List<HubInfo> running = running(installation);
        return switch (running.size()) {
            case 0 ->
                throw new CliException(
                        "no IoT Hub stand-in runs for this user; start one with: kant hub run --data DIR, or name its data folder with --data DIR");
            case 1 -> running.getFirst();
            default ->
                throw new CliException("several stand-ins run ("
                        + String.join(
                                ", ",
                                running.stream()
                                        .map(h -> h.hostName() + " in " + h.data())
                                        .toList())
                        + "); choose one with --data DIR");
        };
    }

    /** The stand-in that answers for a host name; null where none of ours does. */
    public static @Nullable HubInfo byHostName(Installation installation, String hostName) {
        return running(installation).stream()
                .filter(h -> h.hostName().equalsIgnoreCase(hostName))
                .findFirst()
                .orElse(null);
    }

    /** Leaves a pointer by which this user's other commands find the stand-in. */
    static Path register(Installation installation, Path data) throws IOException, CliException {
        Path folder = Installation.privateFolder(installation.state().resolve("hubs"));
        Path pointer = folder.resolve(Integer.toHexString(data.toString().hashCode()));
        Installation.writePrivately(pointer, data.toString());
        return pointer;
    }

    private static List<HubInfo> running(Installation installation) {
        List<HubInfo> found = new ArrayList<>();
        Path folder = installation.state().resolve("hubs");
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (var pointers = Files.list(folder)) {
            for (Path pointer : pointers.toList()) {
                Path data = Path.of(Files.readString(pointer).strip());
                if (Files.exists(data.resolve("hub.json"))) {
                    found.add(read(data));
                } else {
                    Files.deleteIfExists(pointer);
                }
            }
        } catch (IOException | CliException _) {
            // a pointer that vanished or can't be read points to nothing that could be used
        }
        return found;
    }
}
