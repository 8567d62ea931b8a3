package kant.cli.demo;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** One line for each thing that happens, for logs and pipes. */
final class PlainView implements View {
    private static final long SUMMARY_EVERY_NANOS = 5_000_000_000L;

    private final PrintStream out;
    private final long start = System.nanoTime();
    private final Map<String, String> statuses = new HashMap<>();
    private String link = "";
    private long lastSummary = start;

    PlainView(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void say(String event) {
        out.printf("%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, event);
        out.flush();
    }

    @Override
    public synchronized void show(Snapshot now) {
        for (ModuleLine module : now.modules()) {
            if (!module.status().equals(statuses.put(module.name(), module.status()))) {
                say("module " + module.name() + " is " + module.status());
            }
        }
        if (!now.link().equals(link)) {
            link = now.link();
            say("link to the IoT Hub is " + link);
        }
        if (System.nanoTime() - lastSummary > SUMMARY_EVERY_NANOS) {
            lastSummary = System.nanoTime();
            say(now.upstream() + " messages upstream; by route: "
                    + now.routes().stream()
                            .map(r -> r.route() + "=" + r.messages())
                            .collect(Collectors.joining(" ")));
        }
    }
}
