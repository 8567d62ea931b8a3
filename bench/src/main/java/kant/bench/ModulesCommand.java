package kant.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import kant.bench.host.Child;
import kant.bench.host.Figures;
import kant.bench.host.ProcessUse;
import kant.bench.host.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/modules}: a deployment of many modules on the process engine. */
@Command(
        name = "modules",
        mixinStandardHelpOptions = true,
        description = {
            "Deploys many modules, which sleep, in one deployment on the process engine and measures the time until all run,",
            "then memory of agent and daemon and their CPU time while nothing changes. The deployment comes from a file:",
            "the reported properties of so many modules are more than a twin may hold."
        })
final class ModulesCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration START = Duration.ofMinutes(3);
    private static final String HUB_ADDRESS = "127.0.66.2";
    private static final String HUB_NAME = "modules.kant.test";
    private static final String DEVICE_ADDRESS = "127.0.66.3";
    private static final String DEVICE = "many";
    private static final int SPARE_IDENTITIES = 10;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double KB_PER_MB = 1024;

    /** Nothing else on the machine sleeps for exactly so long. */
    private static final String SLEEP = "271828";

    private static final String AGENT = "kant.edgeagent.Main";
    private static final String DAEMON = "kant.edgedaemon.Main";

    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--modules", defaultValue = "100", description = "how many (${DEFAULT-VALUE})")
    private int modules;

    @Option(
            names = "--rest",
            defaultValue = "60",
            description = "seconds at rest that CPU is measured over (${DEFAULT-VALUE})")
    private int restSeconds;

    @Option(names = "--quick", description = "ten modules, five seconds at rest: shows that it works, says little")
    private boolean quick;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (quick) {
            modules = 10;
            restSeconds = 5;
        }
        try (RunFolder.Opened run = folder.open();
                Child hub = hub(run.path())) {
            hub.awaitLine("{\"", START);
            JsonNode device = Child.kantJson(
                    run.path(),
                    START,
                    "hub",
                    "device",
                    "create",
                    DEVICE,
                    "--edge",
                    "--data",
                    data(run, "hub"),
                    "--json");
            Path file = run.path().resolve("deployment.json");
            deploy(file, 1, 0);
            try (Child edge = edge(run, device.path("connectionString").asText(), file)) {
                edge.awaitLine("{\"", START);
                measure(edge, file);
            }
        }
        return 0;
    }

    private Child hub(Path directory) throws IOException {
        return Child.kant(
                directory,
                "hub",
                "run",
                "--data",
                directory.resolve("hub").toString(),
                "--address",
                HUB_ADDRESS,
                "--name",
                HUB_NAME,
                "--modules-per-device",
                Integer.toString(modules + SPARE_IDENTITIES),
                "--json");
    }

    private static Child edge(RunFolder.Opened run, String connectionString, Path file) throws IOException {
        return Child.kant(
                run.path(),
                "edge",
                "run",
                "--connection-string",
                connectionString,
                "--data",
                data(run, "edge"),
                "--address",
                DEVICE_ADDRESS,
                "--engine",
                "process",
                "--env",
                "ConfigSource=local",
                "--env",
                "LocalConfigPath=" + file.toAbsolutePath(),
                "--json");
    }

    private static String data(RunFolder.Opened run, String name) {
        return run.path().resolve(name).toString();
    }

    private void measure(Child edge, Path file) throws IOException {
        long start = System.nanoTime();
        deploy(file, 2, modules);
        until(edge, running -> running >= modules);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.err.println("bench: " + modules + " modules run after " + Figures.number(seconds, 1) + " s");
        rest(edge); // what the deployment left to do is done
        var agent = use(edge, AGENT);
        var daemon = use(edge, DAEMON);
        long before = agent.cpuMicros() + daemon.cpuMicros();
        rest(edge);
        double share = 100.0 * (agent.cpuMicros() + daemon.cpuMicros() - before) / MICROS_PER_SECOND / restSeconds;
        print(seconds, agent.memory(), daemon.memory(), share);
    }

    private void print(double seconds, ProcessUse.Memory agent, ProcessUse.Memory daemon, double share) {
        System.out.println(modules + " modules in one deployment, process engine, "
                + Runtime.getRuntime().availableProcessors() + " cores; looks every 5 s");
        var table = new Table("what", "measured", "wanted of 100");
        table.row("seconds until all run", Figures.number(seconds, 1), "60");
        table.row("MB resident, agent and daemon", megabytes(agent.rssKb() + daemon.rssKb()), "140");
        table.row("MB resident, agent", megabytes(agent.rssKb()), "");
        table.row("MB resident, daemon", megabytes(daemon.rssKb()), "");
        table.row("MB of both with shared pages shared out (PSS)", megabytes(agent.pssKb() + daemon.pssKb()), "");
        table.row("threads, agent and daemon", agent.threads() + " + " + daemon.threads(), "");
        table.row("per cent of a core, agent and daemon at rest", Figures.number(share, 2), "1");
        table.print(System.out);
    }

    private static String megabytes(long kb) {
        return Figures.number(kb / KB_PER_MB, 1);
    }

    private static ProcessUse use(Child edge, String mainClass) throws IOException {
        return new ProcessUse(edge.below(mainClass)
                .orElseThrow(() -> new IOException("the device has no process " + mainClass + " below it"))
                .pid());
    }

    private void rest(Child edge) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(restSeconds).toNanos();
        while (System.nanoTime() < end) {
            if (edge.below(DAEMON).isEmpty()) {
                throw new IOException("the device ended before its time");
            }
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }
    }

    private static void until(Child edge, IntPredicate enough) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int running = 0;
        while (!enough.test(running)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("only " + running + " modules run after " + LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK.toNanos());
            running = edge.idsBelow("sleep " + SLEEP).size();
        }
    }

    /** Replaces the file as a whole. */
    private static void deploy(Path file, int version, int count) throws IOException {
        var mapper = new ObjectMapper();
        ObjectNode desired = (ObjectNode) mapper.readTree("""
                {"schemaVersion": "1.1", "runtime": {"type": "docker", "settings": {}},
                 "systemModules": {
                   "edgeAgent": {"type": "docker", "settings": {"image": "kant/edge-agent:0.1.0", "createOptions": "{}"}},
                   "edgeHub": {"type": "docker", "status": "running", "restartPolicy": "always",
                     "settings": {"image": "kant/edge-hub:0.1.0", "createOptions": "{}"}}},
                 "modules": {}}""");
        for (int i = 0; i < count; i++) {
            desired.withObject("modules").set("m" + i, mapper.readTree("""
                    {"type": "docker", "status": "running", "restartPolicy": "always",
                     "settings": {"image": "kant/host-metrics:0.1.0",
                       "createOptions": "{\\"Entrypoint\\":[\\"/bin/sleep\\",\\"%s\\"]}"}}""".formatted(SLEEP)));
        }
        var document = mapper.createObjectNode().put("version", version);
        document.set("deploymentConfig", desired);
        Path fresh = file.resolveSibling("deployment.json.new");
        Files.writeString(fresh, document.toString());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
