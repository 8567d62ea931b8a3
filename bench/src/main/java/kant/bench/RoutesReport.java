package kant.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import kant.bench.broker.Broker;
import kant.bench.broker.Mosquitto;
import kant.bench.disk.SyncRate;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import kant.bench.load.Result;

/** Collects the rounds of {@code bench/routes} and prints their medians, with ratios to the peer and to the disk. */
final class RoutesReport {
    private record Key(String broker, RoutesCase what) {}

    private final Map<Key, List<Result>> results = new LinkedHashMap<>();
    private final List<SyncRate> appends = new ArrayList<>();
    private final List<SyncRate> overwrites = new ArrayList<>();

    /** The disk's own rates, measured just before a run. */
    void disk(SyncRate append, SyncRate overwrite) {
        appends.add(append);
        overwrites.add(overwrite);
    }

    void result(String broker, RoutesCase what, Result result) {
        results.computeIfAbsent(new Key(broker, what), _ -> new ArrayList<>()).add(result);
    }

    void print(PrintStream out, List<Broker> brokers, int bytes, int rounds, int seconds) {
        out.println("QoS 1, " + bytes + " B, TLS, module to module; " + rounds + " rounds of " + seconds
                + " s, servers in turn; median ± half spread; generator and server share "
                + Runtime.getRuntime().availableProcessors() + " cores");
        brokers.forEach(b -> out.println(b.name() + " acknowledges when " + b.promise()));
        disk(out);
        boolean beside = brokers.size() > 1;
        var table = new Table(
                "case",
                "server",
                "messages/s",
                "ratio to " + Mosquitto.NAME,
                "ratio to overwrites/s",
                "server CPU µs",
                "ratio",
                "generator CPU µs",
                "PUBACK p50 / p99 ms",
                "delivery p50 / p99 ms");
        for (RoutesCase what : RoutesCase.ALL) {
            brokers.forEach(broker -> row(table, broker.name(), beside, what));
        }
        table.print(out);
        brokers.forEach(broker -> out.println(broker.name() + ": " + books(broker.name())));
    }

    private void disk(PrintStream out) {
        Figures append = rate(appends);
        Figures overwrite = rate(overwrites);
        out.println("disk, before each run: append 4 KB + fdatasync " + append.text(0) + "/s, overwrite "
                + overwrite.text(0) + "/s (from " + Figures.number(overwrite.min(), 0) + " to "
                + Figures.number(overwrite.max(), 0) + "; p50 "
                + Figures.number(
                        Figures.of(overwrites.stream()
                                        .mapToDouble(r -> r.latency().millis(0.5))
                                        .toArray())
                                .median(),
                        2)
                + " ms)");
    }

    private void row(Table table, String broker, boolean beside, RoutesCase what) {
        Figures rate = figures(broker, what, Result::perSecond);
        Figures cpu = figures(broker, what, Result::serverMicrosPerMessage);
        boolean peer = broker.equals(Mosquitto.NAME);
        boolean compared = beside && !peer;
        table.row(
                what.name(),
                broker,
                rate.text(0),
                compared ? ratio(rate, figures(Mosquitto.NAME, what, Result::perSecond)) : "",
                peer ? "" : ratio(rate, rate(overwrites)),
                cpu.text(1),
                compared ? ratio(cpu, figures(Mosquitto.NAME, what, Result::serverMicrosPerMessage)) : "",
                figures(broker, what, Result::ownMicrosPerMessage).text(1),
                latency(broker, what, r -> r.acknowledgement().millis(0.5))
                        + " / "
                        + latency(broker, what, r -> r.acknowledgement().millis(0.99)),
                latency(broker, what, r -> r.delivery().millis(0.5))
                        + " / "
                        + latency(broker, what, r -> r.delivery().millis(0.99)));
    }

    private String books(String broker) {
        Result.Books all = Result.Books.EMPTY;
        for (Map.Entry<Key, List<Result>> entry : results.entrySet()) {
            if (entry.getKey().broker().equals(broker)) {
                for (Result result : entry.getValue()) {
                    all = all.plus(result.books());
                }
            }
        }
        return all.sent() + " messages sent, " + all.lost() + " lost, " + all.repeated() + " repeated, "
                + all.overtaken() + " overtaken by a later one";
    }

    private Figures figures(String broker, RoutesCase what, ToDoubleFunction<Result> figure) {
        return Figures.of(results.getOrDefault(new Key(broker, what), List.of()).stream()
                .mapToDouble(figure)
                .toArray());
    }

    private String latency(String broker, RoutesCase what, ToDoubleFunction<Result> figure) {
        return Figures.number(figures(broker, what, figure).median(), 2);
    }

    private static Figures rate(List<SyncRate> rates) {
        return new Figures(rates.stream().map(SyncRate::perSecond).toList());
    }

    private static String ratio(Figures ours, Figures theirs) {
        return theirs.median() == 0 ? "-" : Figures.number(ours.median() / theirs.median(), 2);
    }
}
