package kant.bench.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.bench.host.Child;

/** The Edge Hub's process once more: the command and the environment of a running one, on an address and a folder of its own. */
public final class HubProcess {
    private static final String ADDRESS = "127.30.0.6";
    private static final int PORT = 8883;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final double NANOS_PER_SECOND = 1e9;

    private HubProcess() {}

    /** Seconds from its start until it has accepted a connection; then it is ended. */
    public static double secondsToFirstConnection(KantHub running, Path directory) throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String each : texts(running.process().pid(), "environ")) {
            int equals = each.indexOf('=');
            environment.put(each.substring(0, equals), each.substring(equals + 1));
        }
        environment.put("KANT_LISTEN_ADDRESS", ADDRESS);
        environment.put("StorageFolder", Files.createTempDirectory(directory, "hub-").toString());
        environment.put("metrics__listener__MetricsEnabled", "false");
        List<String> command = texts(running.process().pid(), "cmdline");
        long start = System.nanoTime();
        try (Child _ = Child.start("the Edge Hub", directory, environment, command)) {
            Ports.await("the Edge Hub", ADDRESS, PORT, LIMIT);
            return (System.nanoTime() - start) / NANOS_PER_SECOND;
        }
    }

    private static List<String> texts(long pid, String file) throws IOException {
        String all = Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.UTF_8);
        return List.of(all.split("\0"));
    }
}
