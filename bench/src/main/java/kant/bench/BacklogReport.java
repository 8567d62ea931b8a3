package kant.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kant.bench.broker.Broker;
import kant.bench.broker.KantHub;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import kant.bench.load.Collector.Drained;
import kant.bench.load.Senders.Accepted;

/** Collects the rounds of {@code bench/backlog} and prints their medians, with ratios to the peers. */
final class BacklogReport {
    private static final double MEDIAN = 0.5;
    private static final double LATE = 0.99;
    private static final String TO_PARENT = KantHub.NAME + ", to its parent";

    private final int messages;
    private final int bytes;
    private final int rounds;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    /** One backlog. */
    record Run(Accepted accepted, Drained drained) {}

    BacklogReport(int messages, int bytes, int rounds) {
        this.messages = messages;
        this.bytes = bytes;
        this.rounds = rounds;
    }

    /** Round 0 only heats. */
    void module(int round, String broker, Run run) {
        add(round, broker, run);
    }

    void upstream(int round, Run run) {
        add(round, TO_PARENT, run);
    }

    private void add(int round, String who, Run run) {
        System.err.println("bench: " + (round == 0 ? "heating" : "round " + round) + ", " + who + ": accepted "
                + Math.round(run.accepted.perSecond()) + "/s, drained "
                + Math.round(run.drained.perSecond()) + "/s");
        if (round > 0) {
            runs.computeIfAbsent(who, _ -> new ArrayList<>()).add(run);
        }
    }

    void print(PrintStream out, List<Broker> brokers) {
        out.println(Figures.number(messages, 0) + " messages of " + bytes
                + " B from 10 senders, while the receiver is away; " + rounds
                + " rounds, servers in turn; median ± half spread");
        brokers.forEach(broker -> out.println("PUBACK of " + broker.name() + " means: " + broker.promise()));
        var table = new Table(
                "",
                "accepted/s",
                "CPU µs",
                "PUBACK p50 ms",
                "p99 ms",
                "drained/s",
                "CPU µs",
                "lost",
                "repeated",
                "overtaken");
        runs.forEach((who, all) -> table.row(
                who,
                figure(all, run -> run.accepted.perSecond(), 0),
                figure(all, run -> run.accepted.cpuMicros(), 1),
                figure(all, run -> run.accepted.acknowledgement().millis(MEDIAN), 1),
                figure(all, run -> run.accepted.acknowledgement().millis(LATE), 1),
                figure(all, run -> run.drained.perSecond(), 0),
                figure(all, run -> run.drained.cpuMicros(), 1),
                sum(all, run -> run.drained.lost()),
                sum(all, run -> run.drained.repeated()),
                sum(all, run -> run.drained.overtaken())));
        table.print(out);
        out.println();
        var ratios = new Table("ratio, median of the rounds'", "accepted", "drained");
        for (String peer : runs.keySet()) {
            if (runs.containsKey(KantHub.NAME) && !peer.startsWith(KantHub.NAME)) {
                ratios.row(
                        KantHub.NAME + " / " + peer,
                        ratio(peer, run -> run.accepted.perSecond()),
                        ratio(peer, run -> run.drained.perSecond()));
            }
        }
        ratios.print(out);
    }

    private String ratio(String peer, ToDoubleFunction<Run> figure) {
        List<Run> ours = runs.getOrDefault(KantHub.NAME, List.of());
        List<Run> theirs = runs.getOrDefault(peer, List.of());
        return new Figures(IntStream.range(0, Math.min(ours.size(), theirs.size()))
                        .mapToObj(i -> figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)))
                        .toList())
                .text(2);
    }

    private static String figure(List<Run> all, ToDoubleFunction<Run> figure, int decimals) {
        return new Figures(all.stream().map(figure::applyAsDouble).toList()).text(decimals);
    }

    private static String sum(List<Run> all, java.util.function.ToLongFunction<Run> count) {
        return Figures.number(all.stream().mapToLong(count).sum(), 0);
    }
}
