package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kant hub watch}: telemetry as it arrives. */
@Command(name = "watch", description = "Prints telemetry as it arrives.")
public final class WatchCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Mixin
    private HubOption which = new HubOption();

    @Option(
            names = "--after",
            defaultValue = "latest",
            description = "a sequence number, -1 for the oldest kept, latest for what comes next (${DEFAULT-VALUE})")
    private String after = "";

    @Option(names = "--max", defaultValue = "-1", description = "end after so many messages")
    private long max;

    WatchCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException {
        var client = new ServiceClient(which.hub(installation));
        String after = this.after;
        long left = max < 0 ? Long.MAX_VALUE : max;
        while (left > 0) {
            JsonNode batch = client.telemetry(after, (int) Math.min(left, 500), 30);
            for (JsonNode message : batch.path("events")) {
                out.println(which.json ? Json.text(message) : line(message));
                left--;
            }
            out.flush();
            after = batch.path("next").asText(after);
        }
        return 0;
    }

    /** One message on one line for people. */
    public static String line(JsonNode message) {
        String sender = message.path("deviceId").asText()
                + (message.path("moduleId").asText("").isEmpty()
                        ? ""
                        : "/" + message.path("moduleId").asText());
        String body =
                message.path("body").isMissingNode() || message.path("body").isNull()
                        ? message.path("bodyBase64").asText()
                        : Json.text(message.path("body"));
        return message.path("sequence").asText() + " "
                + message.path("enqueuedTime").asText() + " " + sender + " "
                + (body.length() > 160 ? body.substring(0, 160) + "…" : body);
    }
}
