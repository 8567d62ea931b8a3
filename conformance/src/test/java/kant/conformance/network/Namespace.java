package kant.conformance.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of this process's own, with its loopback up. Its name carries the process, so that a later run removes what
 * a killed one left behind.
 */
final class Namespace implements AutoCloseable {
    private static final String PREFIX = "kant-";
    private static final long COMMAND_SECONDS = 20;
    private static final AtomicInteger PAIRS = new AtomicInteger();

    private final String name;

    private Namespace(String name) {
        this.name = name;
    }

    /** An address with its neighbour's on a line between two namespaces, of a /30 each. */
    record Line(String here, String there) {}

    static Namespace create(String purpose) throws IOException, InterruptedException {
        String name = PREFIX + ProcessHandle.current().pid() + "-" + purpose;
        command("ip", "netns", "add", name);
        var namespace = new Namespace(name);
        namespace.run("ip", "link", "set", "lo", "up");
        return namespace;
    }

    /** Removes the namespaces of runs that are over, and the programs that still live in them. */
    static void removeLeftOvers() throws IOException, InterruptedException {
        for (String line : command("ip", "netns", "list").lines().toList()) {
            String name = line.split(" ", 2)[0];
            if (name.matches(PREFIX + "\\d+-.*") && !lives(Long.parseLong(name.split("-")[1]))) {
                for (String pid : command("ip", "netns", "pids", name).lines().toList()) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
                command("ip", "netns", "del", name);
            }
        }
    }

    /** What a command is put behind to run in here. */
    List<String> within() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Joins this namespace with the one that the tests run in. */
    void joinTests(String device, Line line) throws IOException, InterruptedException {
        String outside = "kv" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX) + "-"
                + PAIRS.incrementAndGet();
        command("ip", "link", "add", outside, "type", "veth", "peer", "name", device, "netns", name);
        command("ip", "addr", "add", line.there() + "/30", "dev", outside);
        command("ip", "link", "set", "dev", outside, "up");
        raise(device, line.here());
    }

    /** Joins this namespace with another. */
    void join(String device, Namespace other, String otherDevice, Line line) throws IOException, InterruptedException {
        run("ip", "link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns", other.name);
        raise(device, line.here());
        other.raise(otherDevice, line.there());
    }

    private void raise(String device, String address) throws IOException, InterruptedException {
        run("ip", "addr", "add", address + "/30", "dev", device);
        run("ip", "link", "set", "dev", device, "up");
    }

    /** Runs a command in here to its end. */
    void run(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(within());
        all.addAll(List.of(words));
        command(all.toArray(String[]::new));
    }

    /** Its interfaces and rules end with it, and so do the other ends of its lines. */
    @Override
    public void close() throws IOException, InterruptedException {
        command("ip", "netns", "del", name);
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).isPresent();
    }

    private static String command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", words) + " did not end within " + COMMAND_SECONDS + " s");
        }
        String said = new String(process.getInputStream().readAllBytes()).strip();
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", words) + " needs root and failed: " + said);
        }
        return said;
    }
}
