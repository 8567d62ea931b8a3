package kant.cli.hub;

import java.nio.file.Path;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which stand-in a command means, and how it prints. */
final class HubOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "the stand-in's data folder (default: the one that runs)")
    private @Nullable Path data;

    @Option(names = "--json", description = "print one JSON object per line")
    boolean json;

    HubInfo hub(Installation installation) throws CliException {
        return HubInfo.find(installation, data);
    }
}
