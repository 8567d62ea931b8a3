package kant.cli.route;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kant route test}. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = "Compiles routes or a condition, and shows which messages they take, which not, and why.",
        footer = {
            "",
            "A message is one line of JSON, every member optional:",
            "  {\"device\": \"leaf\", \"module\": \"m\", \"output\": \"o\",",
            "   \"systemProperties\": {\"contentType\": \"application/json\",",
            "                        \"contentEncoding\": \"utf-8\"},",
            "   \"properties\": {\"level\": \"hot\"}, \"body\": {\"t\": 21},",
            "   \"twin\": {\"desired\": {\"site\": \"north\"}, \"reported\": {}}}",
            "A body that is a text is sent as it is, any other as JSON; \"bodyBase64\" gives bytes. Without contentType and"
                    + " contentEncoding every $body is undefined, as in a hub. A twin change is a message with the system"
                    + " property \"messageType\": \"twinChangeNotification\".",
            "",
            "Exit code: 0 all compile, and each message is taken by at least one; 1 one does not compile, or an input cannot be"
                    + " read; 2 the command line is wrong; 3 all compile, but a message is taken by none."
        })
final class RouteTestCommand implements Callable<Integer> {
    /** What a hub takes of one message is 256 KiB; as JSON with base64 and escapes it may be some times longer. */
    private static final int MAX_LINE_CHARACTERS = 4 << 20;

    private static final int NOT_TAKEN = 3;

    private final InputStream in;
    private final PrintStream out;

    @ArgGroup(multiplicity = "1")
    private Subject subject = new Subject();

    @Option(
            names = "--messages",
            paramLabel = "FILE",
            description = "one message a line; - reads standard input. Without it the text is only compiled")
    private @Nullable String messages;

    @Option(
            names = "--edge-device",
            paramLabel = "ID",
            defaultValue = "edge",
            description = "id of the edge device, whose modules send (${DEFAULT-VALUE})")
    private String edgeDevice = "edge";

    @Option(names = "--json", description = "prints one JSON object for each message")
    private boolean json;

    /** What is tried: exactly one of them. */
    private static final class Subject {
        @Option(names = "--route", paramLabel = "TEXT", description = "a route: FROM … [WHERE …] INTO …")
        private @Nullable String route;

        @Option(names = "--condition", paramLabel = "TEXT", description = "a condition alone, for any source")
        private @Nullable String condition;

        @Option(
                names = "--manifest",
                paramLabel = "FILE",
                description = "all routes of a deployment manifest, or of the desired properties of $edgeHub")
        private @Nullable Path manifest;
    }

    RouteTestCommand(InputStream in, PrintStream out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        List<Trial> trials = trials();
        Verdicts verdicts = json ? new JsonVerdicts(out, edgeDevice) : new TextVerdicts(out, edgeDevice);
        if (messages == null) {
            verdicts.compiled(trials);
            return 0;
        }
        try (BufferedReader lines = open(messages)) {
            return tried(trials, lines, verdicts) ? 0 : NOT_TAKEN;
        } catch (IOException e) {
            throw new CliException("the messages can't be read: " + e.getMessage(), e);
        }
    }

    /** Says whether each message was taken by at least one. */
    private boolean tried(List<Trial> trials, BufferedReader lines, Verdicts verdicts)
            throws IOException, CliException {
        boolean allTaken = true;
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (line.length() > MAX_LINE_CHARACTERS) {
                throw new CliException("line " + number + " of the messages has more than " + MAX_LINE_CHARACTERS
                        + " characters; no message is as long");
            }
            allTaken &= verdicts.message(number, GivenMessage.parse(line, number, edgeDevice), trials);
        }
        return allTaken;
    }

    private List<Trial> trials() throws CliException {
        if (subject.route != null) {
            return List.of(Trial.route("route", subject.route));
        }
        if (subject.condition != null) {
            return List.of(Trial.condition(subject.condition));
        }
        Path file = subject.manifest == null ? Path.of("") : subject.manifest;
        return ManifestRoutes.read(Json.read(file), file);
    }

    private BufferedReader open(String name) throws IOException {
        InputStream bytes = name.equals("-") ? in : Files.newInputStream(Path.of(name));
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
    }
}
