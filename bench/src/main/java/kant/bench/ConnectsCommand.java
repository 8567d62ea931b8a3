package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kant.bench.broker.Broker;
import kant.bench.broker.Mosquitto;
import kant.bench.broker.Size;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import kant.bench.load.PairAddress;
import kant.bench.load.Storm;
import kant.protocol.net.EventLoops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench/connects}: how many clients a second are let in. */
@Command(
        name = "connects",
        mixinStandardHelpOptions = true,
        description = {
            "Measures new connections: TCP, a full TLS handshake with a P-256 certificate, CONNECT and CONNACK, then DISCONNECT;",
            "beside Mosquitto, which lets anybody in, while Kant checks a token. All in one run."
        })
final class ConnectsCommand implements Callable<Integer> {
    private static final int AT_ONCE = 8;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Mixin
    private ServerChoice servers = new ServerChoice();

    @Mixin
    private Pace pace = new Pace();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, List<Storm.Result>> results = new LinkedHashMap<>();
        try (RunFolder.Opened run = folder.open();
                EventLoops loops = EventLoops.start(1);
                var started = servers.start(run.path(), new Size(AT_ONCE, 0, 0), ServerChoice.Peers.MOSQUITTO_ALONE)) {
            for (Broker broker : started.brokers()) {
                System.err.println("bench: heating " + broker.name());
                storm(loops, broker, pace.heat().toSeconds());
            }
            for (int round = 1; round <= pace.rounds(); round++) {
                for (Broker broker : started.brokers()) {
                    Storm.Result result = storm(loops, broker, pace.warmUp().toSeconds());
                    results.computeIfAbsent(broker.name(), _ -> new ArrayList<>())
                            .add(result);
                    System.err.println("bench: round " + round + ", " + broker.name() + ": "
                            + Math.round(result.perSecond()) + " connections/s");
                }
            }
        }
        print(results);
        return 0;
    }

    private Storm.Result storm(EventLoops loops, Broker broker, long warmUpSeconds)
            throws IOException, InterruptedException {
        var logins = broker.pairs(AT_ONCE).stream().map(PairAddress::sender).toList();
        return Storm.run(
                loops, broker.server(), logins, Duration.ofSeconds(warmUpSeconds), pace.measured(), broker.process());
    }

    private void print(Map<String, List<Storm.Result>> results) {
        System.out.println("new TLS connections, full handshake, P-256, " + AT_ONCE + " at once; " + pace);
        var table = new Table(
                "server",
                "connections/s",
                "ratio to " + Mosquitto.NAME,
                "server CPU ms each",
                "ratio",
                "generator CPU ms");
        results.forEach((broker, all) -> table.row(
                broker,
                figures(all, Storm.Result::perSecond).text(0),
                ratio(results, broker, Storm.Result::perSecond),
                figures(all, Storm.Result::serverMillisEach).text(2),
                ratio(results, broker, Storm.Result::serverMillisEach),
                figures(all, Storm.Result::ownMillisEach).text(2)));
        table.print(System.out);
    }

    private static String ratio(
            Map<String, List<Storm.Result>> results, String broker, Function<Storm.Result, Double> figure) {
        List<Storm.Result> peer = results.get(Mosquitto.NAME);
        if (peer == null || broker.equals(Mosquitto.NAME)) {
            return "";
        }
        return Figures.number(
                figures(results.getOrDefault(broker, List.of()), figure).median()
                        / figures(peer, figure).median(),
                2);
    }

    private static Figures figures(List<Storm.Result> results, Function<Storm.Result, Double> figure) {
        return new Figures(results.stream().map(figure).toList());
    }
}
