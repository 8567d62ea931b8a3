package kant.cli.device;

import java.nio.file.Path;
import java.time.Duration;
import kant.cli.edge.EdgeDirectory;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.unix.UnixHttpClient;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which device a command means. */
final class DeviceOption {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Option(names = "--data", paramLabel = "DIR", description = "the device's data folder (default: the one that runs)")
    private @Nullable Path data;

    @Option(names = "--json", description = "print one JSON object per line")
    boolean json;

    ManagementClient management(Installation installation, Tasks tasks) throws CliException {
        Path socket = EdgeDirectory.managementSocket(installation, data);
        return new ManagementClient(new UnixHttpClient(socket, tasks), LIMIT);
    }
}
