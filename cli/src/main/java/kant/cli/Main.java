package kant.cli;

import java.io.PrintStream;
import kant.cli.demo.DemoCommand;
import kant.cli.device.ListCommand;
import kant.cli.device.LoginCommand;
import kant.cli.device.LogoutCommand;
import kant.cli.device.LogsCommand;
import kant.cli.device.RestartCommand;
import kant.cli.device.StatusCommand;
import kant.cli.device.SupportBundleCommand;
import kant.cli.edge.EdgeCommand;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Version;
import kant.cli.hub.HubCommand;
import kant.cli.route.RouteCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code kant} command. Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong. */
@Command(
        name = "kant",
        mixinStandardHelpOptions = true,
        version = "kant " + Version.TEXT,
        description = "An open edge runtime that speaks the Azure IoT Edge contracts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = CommandLine.HelpCommand.class)
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        Installation installation = Installation.find(System.getenv());
        PrintStream out = System.out;
        var line = new CommandLine(new Main());
        line.addSubcommand(new DemoCommand(installation, out));
        line.addSubcommand(HubCommand.commandLine(installation, out));
        line.addSubcommand(EdgeCommand.commandLine(installation, out));
        line.addSubcommand(RouteCommand.commandLine(System.in, out));
        line.addSubcommand(new ListCommand(installation, out));
        line.addSubcommand(new LogsCommand(installation, out));
        line.addSubcommand(new RestartCommand(installation, out));
        line.addSubcommand(new LoginCommand(installation, System.in, out));
        line.addSubcommand(new LogoutCommand(installation, out));
        line.addSubcommand(new SupportBundleCommand(installation, out));
        line.addSubcommand(new StatusCommand(installation, out));
        line.addSubcommand(new VersionCommand(out));
        line.setExecutionExceptionHandler((e, _, _) -> {
            if (e instanceof CliException) {
                System.err.println("kant: " + e.getMessage());
                return 1;
            }
            throw e;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(System.out);
        }
    }
}
