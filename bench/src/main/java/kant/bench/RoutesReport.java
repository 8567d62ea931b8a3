package kant.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import kant.bench.broker.Artemis;
import kant.bench.broker.Broker;
import kant.bench.broker.KantHub;
import kant.bench.broker.Mosquitto;
import kant.bench.disk.SyncRate;
import kant.bench.host.Figures;
import kant.bench.host.Samples;
import kant.bench.host.Table;
import kant.bench.load.Result;

/** Collects the rounds of {@code bench/routes} and prints their medians, with ratios to the peer and to the disk. */
final class RoutesReport {
    private record Key(String broker, RoutesCase what) {}

    /**
     * One run.
     *
     * @param append the disk's own rate just before the run, on a growing file
     * @param overwrite the same on existing blocks
     */
    record Run(SyncRate append, SyncRate overwrite, Result result) {}

    private final List<RoutesCase> cases;
    private final Map<Key, List<Run>> runs = new LinkedHashMap<>();

    RoutesReport(List<RoutesCase> cases) {
        this.cases = List.copyOf(cases);
    }

    void add(String broker, RoutesCase what, Run run) {
        runs.computeIfAbsent(new Key(broker, what), _ -> new ArrayList<>()).add(run);
    }

    void print(PrintStream out, List<Broker> brokers, Pace pace) {
        out.println("QoS 1, TLS, module to module; " + pace + "; generator and server share "
                + Runtime.getRuntime().availableProcessors() + " cores");
        brokers.forEach(b -> out.println(b.name() + " acknowledges when " + b.promise()));
        disk(out);
        var table = new Table(
                "case",
                "server",
                "messages/s",
                "ratio to " + Mosquitto.NAME,
                "ratio to " + Artemis.NAME,
                "ratio to overwrites/s",
                "server CPU µs",
                "ratio to " + Mosquitto.NAME,
                "generator CPU µs",
                "PUBACK p50 / p99 ms",
                "delivery p50 / p99 ms");
        for (RoutesCase what : cases) {
            brokers.stream()
                    .map(Broker::name)
                    .filter(broker -> runs.containsKey(new Key(broker, what)))
                    .forEach(broker -> row(table, broker, what));
        }
        table.print(out);
        brokers.forEach(broker -> out.println(broker.name() + ": " + books(broker.name())));
    }

    private void disk(PrintStream out) {
        List<Run> all = runs.values().stream().flatMap(List::stream).toList();
        Figures overwrite = of(all, run -> run.overwrite().perSecond());
        out.println("disk, before each run: append 4 KB + fdatasync "
                + of(all, run -> run.append().perSecond()).text(0) + "/s, overwrite " + overwrite.text(0) + "/s (from "
                + Figures.number(overwrite.min(), 0) + " to " + Figures.number(overwrite.max(), 0) + "; p50 "
                + Figures.number(
                        of(all, run -> run.overwrite().latency().millis(0.5)).median(), 2) + " ms)");
    }

    private void row(Table table, String broker, RoutesCase what) {
        ToDoubleFunction<Run> rate = run -> run.result().perSecond();
        ToDoubleFunction<Run> cpu = run -> run.result().serverMicrosPerMessage();
        table.row(
                what.name(),
                broker,
                figures(broker, what, rate).text(0),
                ratio(broker, Mosquitto.NAME, what, rate),
                ratio(broker, Artemis.NAME, what, rate),
                broker.equals(Mosquitto.NAME)
                        ? ""
                        : figures(broker, what, RoutesReport::perOverwrite).text(2),
                figures(broker, what, cpu).text(1),
                ratio(broker, Mosquitto.NAME, what, cpu),
                figures(broker, what, run -> run.result().ownMicrosPerMessage()).text(1),
                latency(broker, what, Result::acknowledgement),
                latency(broker, what, Result::delivery));
    }

    /** Messages for each sync that the disk could do just before. */
    private static double perOverwrite(Run run) {
        return run.result().perSecond() / run.overwrite().perSecond();
    }

    private String latency(String broker, RoutesCase what, Function<Result, Samples> samples) {
        return latency(broker, what, samples, 0.5) + " / " + latency(broker, what, samples, 0.99);
    }

    private String latency(String broker, RoutesCase what, Function<Result, Samples> samples, double share) {
        Figures millis =
                figures(broker, what, run -> samples.apply(run.result()).millis(share));
        return Figures.number(millis.median(), 2);
    }

    private String books(String broker) {
        Result.Books all = runs.entrySet().stream()
                .filter(entry -> entry.getKey().broker().equals(broker))
                .flatMap(entry -> entry.getValue().stream())
                .map(run -> run.result().books())
                .reduce(Result.Books.EMPTY, Result.Books::plus);
        return all.sent() + " messages sent, " + all.lost() + " lost, " + all.repeated() + " repeated, "
                + all.overtaken() + " overtaken by a later one";
    }

    private Figures figures(String broker, RoutesCase what, ToDoubleFunction<Run> figure) {
        return of(runs.getOrDefault(new Key(broker, what), List.of()), figure);
    }

    private static Figures of(List<Run> runs, ToDoubleFunction<Run> figure) {
        return new Figures(runs.stream().mapToDouble(figure).boxed().toList());
    }

    /** Of Kant's figure to a peer's; nothing where there is no such peer in the run. */
    private String ratio(String broker, String peer, RoutesCase what, ToDoubleFunction<Run> figure) {
        if (!broker.equals(KantHub.NAME) || !runs.containsKey(new Key(peer, what))) {
            return "";
        }
        double theirs = figures(peer, what, figure).median();
        return theirs == 0 ? "-" : Figures.number(figures(broker, what, figure).median() / theirs, 2);
    }
}
