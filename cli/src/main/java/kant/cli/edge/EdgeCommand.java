package kant.cli.edge;

import java.io.PrintStream;
import kant.cli.host.Installation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Spec;

/** {@code kant edge}: the group of commands that run a device. */
@Command(
        name = "edge",
        mixinStandardHelpOptions = true,
        description = "Runs an edge device.",
        synopsisSubcommandLabel = "COMMAND")
public final class EdgeCommand implements Runnable {
    @Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    private EdgeCommand() {}

    public static CommandLine commandLine(Installation installation, PrintStream out) {
        var line = new CommandLine(new EdgeCommand());
        line.addSubcommand(new EdgeRunCommand(installation, out));
        return line;
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(System.out);
        }
    }
}
