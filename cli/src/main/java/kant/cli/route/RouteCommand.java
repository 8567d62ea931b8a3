package kant.cli.route;

import java.io.InputStream;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code kant route}. */
@Command(
        name = "route",
        description = "Tries routes and conditions.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class RouteCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private RouteCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(InputStream in, PrintStream out) {
        var line = new CommandLine(new RouteCommand());
        line.addSubcommand(new RouteTestCommand(in, out));
        return line;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say what to do: kant route test");
    }
}
