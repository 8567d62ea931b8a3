package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import kant.bench.broker.Broker;
import kant.bench.broker.Mosquitto;
import kant.bench.broker.Size;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import kant.bench.load.Crowd;
import kant.protocol.net.EventLoops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/clients}: what idle clients cost. */
@Command(
        name = "clients",
        mixinStandardHelpOptions = true,
        description = {
            "Measures resident memory without clients, and with idle ones over TLS that have one subscription each,",
            "beside Mosquitto. Ends with an error where not all of them are held. All in one run."
        })
final class ClientsCommand implements Callable<Integer> {
    private static final double KB_PER_MB = 1024;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Mixin
    private ServerChoice servers = new ServerChoice();

    @Option(names = "--quick", description = "few clients and short pauses: shows that it works, says little")
    private boolean quick;

    @Option(
            names = "--clients",
            split = ",",
            defaultValue = "1000,10000",
            description = "how many, in steps (${DEFAULT-VALUE}; quick 100,1000)")
    private List<Integer> clients = List.of();

    @Option(
            names = "--settle",
            defaultValue = "75",
            description =
                    "seconds from start to the first look, and a third of it before each other (${DEFAULT-VALUE}; quick 15)")
    private int settle;

    /** @param clients that are connected */
    private record Look(int clients, long rssKb, double cpuPercent) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Integer> steps = quick ? List.of(100, 1000) : clients;
        var table = new Table(
                "server", "idle clients", "VmRSS MB", "KB for each client", "ratio to " + Mosquitto.NAME, "CPU % idle");
        List<List<Look>> all = new ArrayList<>();
        List<String> names = new ArrayList<>();
        try (RunFolder.Opened run = folder.open();
                EventLoops loops = EventLoops.start(1);
                var started = servers.start(
                        run.path(), new Size(0, 0, steps.getLast()), ServerChoice.Peers.MOSQUITTO_ALONE)) {
            for (Broker broker : started.brokers()) {
                names.add(broker.name());
                all.add(looks(loops, broker, steps));
            }
        }
        int peer = names.indexOf(Mosquitto.NAME);
        for (int i = 0; i < names.size(); i++) {
            for (int step = 0; step <= steps.size(); step++) {
                Look look = all.get(i).get(step);
                table.row(
                        names.get(i),
                        Integer.toString(look.clients),
                        Figures.number(look.rssKb / KB_PER_MB, 1),
                        step == 0 ? "" : Figures.number(each(all.get(i), step), 1),
                        step == 0 || peer < 0 || peer == i
                                ? ""
                                : Figures.number(each(all.get(i), step) / each(all.get(peer), step), 2),
                        Figures.number(look.cpuPercent, 1));
            }
        }
        System.out.println("resident memory with idle MQTT clients over TLS, one subscription each");
        table.print(System.out);
        return 0;
    }

    private List<Look> looks(EventLoops loops, Broker broker, List<Integer> steps)
            throws IOException, InterruptedException {
        List<Look> looks = new ArrayList<>();
        looks.add(look(broker, 0, pause()));
        try (var crowd = new Crowd(loops, broker.server())) {
            List<Crowd.Member> members = broker.crowd(steps.getLast());
            for (int step : steps) {
                crowd.add(members.subList(crowd.size(), step));
                looks.add(look(broker, step, pause().dividedBy(3)));
                System.err.println("bench: " + broker.name() + " with " + step + " clients: "
                        + Math.round(looks.getLast().rssKb / KB_PER_MB) + " MB");
                if (crowd.size() < step) {
                    throw new IOException(
                            broker.name() + " holds " + crowd.size() + " of " + step + " idle clients, not all");
                }
            }
        }
        return looks;
    }

    private Duration pause() {
        return Duration.ofSeconds(quick ? 15 : settle);
    }

    /** After a pause in which nothing happens. */
    private static Look look(Broker broker, int clients, Duration pause) throws IOException {
        long half = pause.toNanos() / 2;
        sleep(half);
        long cpu = broker.process().cpuMicros();
        sleep(half);
        double percent = (broker.process().cpuMicros() - cpu) * 1e3 / half * 100;
        return new Look(clients, broker.process().memory().rssKb(), percent);
    }

    private static void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Growth since there were none. */
    private static double each(List<Look> looks, int step) {
        return (double) (looks.get(step).rssKb - looks.getFirst().rssKb) / looks.get(step).clients;
    }
}
