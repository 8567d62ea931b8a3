package kant.cli.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import org.jspecify.annotations.Nullable;

/** Which devices run for this user, so that {@code kant list} needs no arguments on a machine with one. */
public final class EdgeDirectory {
    /** Where an installed daemon listens. */
    private static final Path SYSTEM_SOCKET = Path.of("/var/run/iotedge/mgmt.sock");

    private EdgeDirectory() {}

    static Path register(Installation installation, Path data, Path run) throws IOException, CliException {
        Path folder = Installation.privateFolder(installation.state().resolve("edges"));
        Path pointer = folder.resolve(EdgeProgram.shortHash(data.toString()));
        Installation.writePrivately(pointer, data + "\n" + run);
        return pointer;
    }

    /** The management socket of the device that a command means. */
    public static Path managementSocket(Installation installation, @Nullable Path data) throws CliException {
        List<String[]> running = new ArrayList<>();
        Path folder = installation.state().resolve("edges");
        if (Files.isDirectory(folder)) {
            try (var pointers = Files.list(folder)) {
                for (Path pointer : pointers.toList()) {
                    String[] lines = Files.readString(pointer).split("\n", 2);
                    if (lines.length == 2 && Files.exists(Path.of(lines[1], "mgmt.sock"))) {
                        running.add(lines);
                    }
                }
            } catch (IOException _) {
                // a pointer that vanished points to a device that ended
            }
        }
        if (data != null) {
            String wanted = data.toAbsolutePath().normalize().toString();
            return running.stream()
                    .filter(d -> d[0].equals(wanted))
                    .findFirst()
                    .map(d -> Path.of(d[1], "mgmt.sock"))
                    .orElseThrow(() -> new CliException("no device runs on " + wanted));
        }
        return switch (running.size()) {
            case 0 -> {
                if (Files.exists(SYSTEM_SOCKET)) {
                    yield SYSTEM_SOCKET;
                }
                throw new CliException(
                        "no device runs for this user; start one with: kant edge run, or try: kant demo");
            }
            case 1 -> Path.of(running.getFirst()[1], "mgmt.sock");
            default ->
                throw new CliException("several devices run ("
                        + String.join(", ", running.stream().map(d -> d[0]).toList())
                        + "); choose one with --data DIR");
        };
    }
}
