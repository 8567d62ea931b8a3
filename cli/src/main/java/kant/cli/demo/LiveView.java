package kant.cli.demo;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** A screen that is drawn anew in place, for terminals. */
final class LiveView implements View {
    private static final int EVENTS = 6;
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final int columns;
    private final Deque<String> events = new ArrayDeque<>();
    private final Map<String, long[]> before = new HashMap<>();
    private boolean cleared;

    LiveView(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    @Override
    public synchronized void say(String event) {
        events.addLast(event);
        if (events.size() > EVENTS) {
            events.removeFirst();
        }
        if (!cleared) {
            out.println(event);
            out.flush();
        }
    }

    @Override
    public synchronized void show(Snapshot now) {
        var screen = new StringBuilder(cleared ? HOME_AND_CLEAR : "\u001b[2J" + HOME_AND_CLEAR);
        cleared = true;
        line(
                screen,
                BOLD + "Kant demo" + PLAIN + "   link to the IoT Hub: " + now.link() + "   upstream: " + now.upstream()
                        + " messages   (Ctrl-C ends it)");
        line(screen, "");
        line(screen, BOLD + String.format("%-32s %-12s %s", "MODULE", "STATUS", "UPTIME") + PLAIN);
        for (ModuleLine m : now.modules()) {
            line(screen, String.format("%-32s %-12s %s", m.name(), m.status(), m.uptime()));
        }
        line(screen, "");
        line(screen, BOLD + String.format("%-32s %-12s %s", "ROUTE", "MESSAGES", "PER SECOND") + PLAIN);
        for (RouteCount r : now.routes()) {
            line(screen, String.format("%-32s %-12d %.1f", r.route(), r.messages(), rate(r)));
        }
        line(screen, "");
        line(screen, BOLD + "LAST MESSAGES" + PLAIN);
        now.lastMessages().forEach(m -> line(screen, m));
        line(screen, "");
        events.forEach(e -> line(screen, e));
        out.print(screen);
        out.flush();
    }

    private double rate(RouteCount r) {
        long now = System.nanoTime();
        long[] earlier = before.computeIfAbsent(r.route(), _ -> new long[] {now, r.messages(), 0});
        double seconds = (now - earlier[0]) / 1e9;
        if (seconds >= 2) {
            earlier[2] = Math.round(1000 * (r.messages() - earlier[1]) / seconds);
            earlier[0] = now;
            earlier[1] = r.messages();
        }
        return earlier[2] / 1000.0;
    }

    private void line(StringBuilder screen, String text) {
        int visible = text.replaceAll("\u001b\\[[0-9]*m", "").length();
        screen.append(visible > columns ? text.substring(0, Math.max(0, columns - 1)) + "…" : text)
                .append("\n");
    }
}
