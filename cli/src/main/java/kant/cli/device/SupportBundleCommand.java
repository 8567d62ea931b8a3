package kant.cli.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.daemonapi.management.BundleOptions;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kant support-bundle}: what somebody who looks for a fault wants to see, as one zip file. */
@Command(
        name = "support-bundle",
        description = "Gathers facts, module descriptions and logs into one zip file, without keys.")
public final class SupportBundleCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss").withZone(ZoneOffset.UTC);

    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "a new file (default: support_bundle_<time>.zip here)")
    private @Nullable Path output;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "logs from then on: 1h, 90m, RFC 3339 or Unix seconds")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "logs up to then")
    private @Nullable String until;

    @Option(
            names = {"-e", "--include-edge-runtime-only"},
            description = "only agent and hub, no other module")
    private boolean runtimeOnly;

    public SupportBundleCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        Path file = output == null ? Path.of("support_bundle_" + STAMP.format(Instant.now()) + ".zip") : output;
        try (Tasks tasks = Tasks.virtual("support-bundle");
                InputStream bundle = device.management(installation, tasks)
                        .supportBundle(new BundleOptions(since, until, null, runtimeOnly));
                OutputStream to = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            long bytes = bundle.transferTo(to);
            out.println(
                    device.json
                            ? Json.text(
                                    Json.object().put("file", file.toString()).put("bytes", bytes))
                            : file + ": " + bytes + " bytes");
            return 0;
        } catch (IOException e) {
            throw new CliException("no support bundle in \"" + file + "\": " + e.getMessage(), e);
        }
    }
}
