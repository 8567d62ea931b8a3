package kant.cli.demo;

import java.util.List;

/** How the demo shows itself. */
sealed interface View permits LiveView, PlainView {

    /** Something happened. */
    void say(String event);

    /** How things are now; called about twice a second. */
    void show(Snapshot now);

    /**
     * How things are.
     *
     * @param routes name and messages so far of each
     */
    record Snapshot(
            List<ModuleLine> modules, String link, List<RouteCount> routes, long upstream, List<String> lastMessages) {}

    /** A module, its status and how long it has been up. */
    record ModuleLine(String name, String status, String uptime) {}

    /** Messages that a route has taken so far. */
    record RouteCount(String route, long messages) {}
}
