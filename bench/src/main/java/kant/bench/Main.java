package kant.bench;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Chooses the figure to measure; each has a command of its own. */
@Command(
        name = "bench/run",
        description = "Measures one figure of Kant, beside a peer in the same run.",
        synopsisSubcommandLabel = "FIGURE",
        mixinStandardHelpOptions = true,
        subcommands = {
            RoutesCommand.class,
            ConditionsCommand.class,
            LatencyCommand.class,
            ConnectsCommand.class,
            ClientsCommand.class,
            FsyncCommand.class,
            MemoryCommand.class,
            StartCommand.class,
            StoreCommand.class,
            BacklogCommand.class,
            ModulesCommand.class
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, _) -> {
                    if (!(failure instanceof IOException)) {
                        throw failure;
                    }
                    String message = failure.getMessage();
                    line.getErr().println("bench: " + (message == null ? failure : message));
                    return 1;
                })
                .execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name a figure: routes, conditions, latency, connects, clients, fsync, memory, start, store, backlog or"
                        + " modules");
    }
}
