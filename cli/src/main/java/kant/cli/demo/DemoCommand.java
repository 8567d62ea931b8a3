package kant.cli.demo;

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Shutdown;
import kant.cli.image.EngineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kant demo}: the whole loop on this machine, on real input. */
@Command(
        name = "demo",
        description =
                "Runs the whole loop on this machine: IoT Hub stand-in, device, modules, and messages between them.")
public final class DemoCommand implements Callable<Integer> {
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h)");
    private static final Duration START_ALLOWANCE = Duration.ofSeconds(120);
    private static final Duration MESSAGE_ALLOWANCE = Duration.ofSeconds(2);
    private static final long MESSAGES_AROUND_A_CUT = 100;
    private static final int DEFAULT_COLUMNS = 120;

    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "0",
            description = "end once N messages arrived upstream")
    private long messages;

    @Option(
            names = "--cut",
            paramLabel = "TIME",
            description = "take the stand-in away for so long in the middle, e.g. 30s")
    private @Nullable String cut;

    @Option(names = "--keep", description = "go on with the data of the last demo")
    private boolean keep;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".kant/demo",
            description = "its folder (${DEFAULT-VALUE})")
    private Path data = Path.of("");

    @Option(names = "--limit", paramLabel = "TIME", description = "give up after so long (with --messages or --cut)")
    private @Nullable String limit;

    public DemoCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        DemoSettings settings = settings();
        try (var shutdown = new Shutdown()) {
            return new Demo(installation, settings, view(), shutdown).run();
        }
    }

    private DemoSettings settings() throws CliException {
        Duration away = cut == null ? Duration.ZERO : duration(cut, "--cut");
        long wanted = messages == 0 && cut != null ? MESSAGES_AROUND_A_CUT : messages;
        Duration most = limit == null
                ? START_ALLOWANCE.plus(away).plus(MESSAGE_ALLOWANCE.multipliedBy(wanted))
                : duration(limit, "--limit");
        return new DemoSettings(data, engine.engine(), engine.socket(), wanted, away, most, keep);
    }

    private View view() {
        Console console = System.console();
        return console != null && console.isTerminal() ? new LiveView(out, columns()) : new PlainView(out);
    }

    private static int columns() {
        try {
            return Integer.parseInt(System.getenv().getOrDefault("COLUMNS", ""));
        } catch (NumberFormatException _) {
            return DEFAULT_COLUMNS; // the terminal does not tell its width
        }
    }

    static Duration duration(String text, String option) throws CliException {
        Matcher m = DURATION.matcher(text);
        if (!m.matches()) {
            throw new CliException(option + " \"" + text + "\" is not a time; write it like 30s, 500ms or 2m");
        }
        long n = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            default -> Duration.ofHours(n);
        };
    }
}
