package kant.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import kant.bench.commit.KantStore;
import kant.bench.commit.RawOverwrite;
import kant.bench.commit.Senders.Rate;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import kant.bench.pending.Backlog;

/**
 * Collects the rounds of {@code bench/store} and prints medians. A ratio is that of all rounds together: the disk is others' too,
 * and what it does in one round is chance.
 */
final class StoreReport {
    private static final double LATE = 0.99;
    private static final double MEGA = 1 << 20;

    private final List<Integer> senders;
    private final List<Measured> measured = new ArrayList<>();

    private record Measured(String engine, int senders, Rate rate) {}

    StoreReport(List<Integer> senders) {
        this.senders = senders;
    }

    void add(String engine, int count, Rate rate) {
        measured.add(new Measured(engine, count, rate));
    }

    void printGroups(PrintStream out) {
        out.println("Records on disk, each sender one under way; median of the rounds ± half spread");
        print(out, "records per second", Rate::perSecond, 0);
        print(out, "CPU µs for a record, senders and all", Rate::cpuMicros, 2);
        print(out, "p99 ms until it is on disk", rate -> rate.waiting().millis(LATE), 2);
        ratios(out);
    }

    private void print(PrintStream out, String what, ToDoubleFunction<Rate> figure, int decimals) {
        out.println();
        Table table = table(what);
        engines()
                .forEach(engine -> row(
                        table,
                        engine,
                        count -> new Figures(rates(engine, count)
                                        .map(figure::applyAsDouble)
                                        .toList())
                                .text(decimals)));
        table.print(out);
    }

    private void ratios(PrintStream out) {
        out.println();
        Table table = table("ratio, all rounds together");
        for (String kant : List.of(KantStore.NAME, KantStore.OFFLINE)) {
            for (String peer : engines()) {
                boolean peerOfKant = !peer.equals(KantStore.NAME) && !peer.equals(KantStore.OFFLINE);
                if (engines().contains(kant) && peerOfKant) {
                    row(table, kant + " / " + peer, count -> ratio(kant, peer, count));
                }
            }
        }
        table.print(out);
        if (engines().size() > 1) {
            out.println();
            out.println(RawOverwrite.NAME + ": no store, groups go to blocks that exist. " + KantStore.NAME
                    + ": a reader keeps up, so segments are used again. " + KantStore.OFFLINE
                    + ": nobody reads, so every segment is a new file.");
        }
    }

    private String ratio(String kant, String peer, int count) {
        return Figures.number(sum(kant, count) / sum(peer, count), 2);
    }

    private double sum(String engine, int count) {
        return rates(engine, count).mapToDouble(Rate::perSecond).sum();
    }

    private List<String> engines() {
        return measured.stream().map(Measured::engine).distinct().toList();
    }

    private Stream<Rate> rates(String engine, int count) {
        return measured.stream()
                .filter(each -> each.engine.equals(engine) && each.senders == count)
                .map(Measured::rate);
    }

    private Table table(String what) {
        return new Table(Stream.concat(Stream.of(what), senders.stream().map(StoreReport::head))
                .toArray(String[]::new));
    }

    private void row(Table table, String name, IntFunction<String> cell) {
        table.row(Stream.concat(Stream.of(name), senders.stream().map(cell::apply))
                .toArray(String[]::new));
    }

    private static String head(int count) {
        return Figures.number(count, 0) + (count == 1 ? " sender" : " senders");
    }

    static void printBacklogs(PrintStream out, List<Backlog> backlogs, int bytes) {
        out.println();
        out.println("A store with a backlog of " + bytes + " B messages, opened after a kill by a new process with -Xmx"
                + Backlog.HEAP);
        var table = new Table(
                "messages", "opened in s", "heap MB", "read back/s", "heap MB", "disk MB before", "disk MB after");
        for (Backlog each : backlogs) {
            table.row(
                    Figures.number(each.messages(), 0),
                    Figures.number(each.openSeconds(), 3),
                    megabytes(each.openHeap()),
                    Figures.number(each.readPerSecond(), 0),
                    megabytes(each.drainedHeap()),
                    megabytes(each.diskBefore()),
                    megabytes(each.diskAfter()));
        }
        table.print(out);
    }

    private static String megabytes(long bytes) {
        return Figures.number(bytes / MEGA, 1);
    }
}
