package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kant.bench.condition.Cost;
import kant.bench.condition.Question;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import kant.model.error.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/conditions}: how fast compiled conditions are evaluated. */
@Command(
        name = "conditions",
        mixinStandardHelpOptions = true,
        description = "Measures the evaluation of route conditions on one core, in CPU time of the thread.")
final class ConditionsCommand implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "1", description = "of CPU for each row and round (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "of all rows, after one to warm up (${DEFAULT-VALUE})")
    private int rounds;

    private record Row(Question question, List<Cost> ours, List<Cost> peers) {}

    @Override
    public Integer call() throws IOException {
        List<Row> rows = new ArrayList<>();
        try {
            Question.all().forEach(question -> rows.add(new Row(question, new ArrayList<>(), new ArrayList<>())));
        } catch (RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
        Duration cpu = Duration.ofSeconds(seconds);
        for (int round = 0; round <= rounds; round++) {
            for (Row row : rows) {
                Cost ours = Cost.measure(row.question().asked(), cpu);
                Cost peer = Cost.measure(row.question().peer(), cpu);
                if (round > 0) {
                    row.ours().add(ours);
                    row.peers().add(peer);
                }
            }
        }
        print(rows);
        return 0;
    }

    private void print(List<Row> rows) {
        System.out.println("evaluations on one core, the message as a hub has it; " + rounds + " rounds of " + seconds
                + " s of CPU, median ± half spread");
        var table = new Table("condition", "conditions/s", "ns each", "bytes each", "peer", "peer ns", "ratio");
        for (Row row : rows) {
            int conditions = row.question().conditions();
            Figures ours = figures(row.ours(), cost -> cost.cpuNanos() / conditions);
            Figures peer = figures(row.peers(), Cost::cpuNanos);
            table.row(
                    row.question().name(),
                    figures(row.ours(), cost -> cost.perSecond() * conditions).text(0),
                    ours.text(1),
                    figures(row.ours(), cost -> cost.bytes() / conditions).text(0),
                    row.question().peerName(),
                    peer.text(1),
                    Figures.number(peer.median() / ours.median(), 2));
        }
        table.print(System.out);
    }

    private static Figures figures(List<Cost> costs, Function<Cost, Double> figure) {
        return new Figures(costs.stream().map(figure).toList());
    }
}
