package kant.cli.device;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.LogOptions;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kant logs [-f] MODULE}. */
@Command(name = "logs", description = "Prints a module's log.")
public final class LogsCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = {"-f", "--follow"},
            description = "go on printing as the log grows")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "LINES", description = "only the last lines")
    private @Nullable Long tail;

    @Option(names = "--since", paramLabel = "WHEN", description = "an RFC 3339 time, or a duration back such as 1h")
    private @Nullable String since;

    @Parameters(paramLabel = "MODULE", description = "the module's name, as kant list prints it")
    private String module = "";

    public LogsCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        var options = new LogOptions(follow, tail, since, null, false);
        try (Tasks tasks = Tasks.virtual("logs");
                LogFrames logs = device.management(installation, tasks).logs(module, options)) {
            for (LogFrames.Frame frame = logs.next(); frame != null; frame = logs.next()) {
                PrintStream target = frame.stream() == LogFrames.Stream.STDERR ? System.err : out;
                target.write(frame.bytes());
                target.flush();
            }
            return 0;
        } catch (IOException e) {
            throw new CliException("the log of module \"" + module + "\" can't be had: " + e.getMessage(), e);
        }
    }
}
