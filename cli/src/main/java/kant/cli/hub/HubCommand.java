package kant.cli.hub;

import java.io.PrintStream;
import kant.cli.host.Installation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Spec;

/** {@code kant hub}: the group of commands around a stand-in. */
@Command(
        name = "hub",
        mixinStandardHelpOptions = true,
        description = "Runs and administers an IoT Hub stand-in.",
        synopsisSubcommandLabel = "COMMAND")
public final class HubCommand implements Runnable {
    @Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    private HubCommand() {}

    public static CommandLine commandLine(Installation installation, PrintStream out) {
        var device = new CommandLine(new Group());
        device.addSubcommand(new DeviceCreateCommand(installation, out));
        var module = new CommandLine(new Group());
        module.addSubcommand(new ModuleCreateCommand(installation, out));
        var twin = new CommandLine(new Group());
        twin.addSubcommand(new TwinShowCommand(installation, out));
        twin.addSubcommand(new TwinPatchCommand(installation, out));
        var deployment = new CommandLine(new Group());
        deployment.addSubcommand(new DeploymentCreateCommand(installation, out));
        deployment.addSubcommand(new DeploymentUpdateCommand(installation, out));
        deployment.addSubcommand(new DeploymentListCommand(installation, out));
        deployment.addSubcommand(new DeploymentShowCommand(installation, out));
        deployment.addSubcommand(new DeploymentDeleteCommand(installation, out));
        var line = new CommandLine(new HubCommand());
        line.addSubcommand(new HubRunCommand(installation, out));
        line.addSubcommand("device", device);
        line.addSubcommand("module", module);
        line.addSubcommand(new DeployCommand(installation, out));
        line.addSubcommand("deployment", deployment);
        line.addSubcommand("twin", twin);
        line.addSubcommand(new MethodCommand(installation, out));
        line.addSubcommand(new SendCommand(installation, out));
        line.addSubcommand(new WatchCommand(installation, out));
        line.addSubcommand(new ConnectionStringCommand(installation, out));
        return line;
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(System.out);
        }
    }

    @Command(synopsisSubcommandLabel = "COMMAND")
    private static final class Group implements Runnable {
        @Spec
        private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

        @Override
        public void run() {
            if (spec != null) {
                spec.commandLine().usage(System.out);
            }
        }
    }
}
