package kant.cli;

import java.io.PrintStream;
import kant.cli.host.Version;
import picocli.CommandLine.Command;

/** {@code kant version}. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Runnable {
    private final PrintStream out;

    VersionCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public void run() {
        out.println("kant " + Version.TEXT);
    }
}
