package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One process as {@code /proc/<pid>/stat} shows it (proc(5)).
 *
 * @param startTicks when it started, in clock ticks since the boot: with the pid and the boot it names a process for ever
 * @param cpuTicks user and system time spent
 * @param residentPages of memory
 */
record ProcStat(int pid, char state, int parent, int session, long startTicks, long cpuTicks, long residentPages) {
    private static final Path PROC = Path.of("/proc");

    /** The process with this pid, if there is one; a zombie is none. */
    static Optional<ProcStat> of(int pid) {
        try {
            String text =
                    Files.readString(PROC.resolve(Integer.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
            return parse(pid, text).filter(stat -> stat.state != 'Z' && stat.state != 'X');
        } catch (IOException _) {
            return Optional.empty(); // gone
        }
    }

    static Optional<ProcStat> parse(int pid, String text) {
        // the name in parentheses may hold anything, parentheses and spaces included
        String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length < 22) {
            return Optional.empty();
        }
        return Optional.of(new ProcStat(
                pid,
                fields[0].charAt(0),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[3]),
                Long.parseLong(fields[19]),
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[21])));
    }

    /** All processes that can be seen now. */
    static List<ProcStat> all() throws IOException {
        List<ProcStat> all = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (!name.isEmpty() && Character.isDigit(name.charAt(0))) {
                    of(Integer.parseInt(name)).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    /** A variable of the environment that the process was started with; empty where we may not look. */
    String variable(String name) {
        try {
            String environment = Files.readString(
                    PROC.resolve(Integer.toString(pid)).resolve("environ"), StandardCharsets.ISO_8859_1);
            int at = ("\0" + environment).indexOf("\0" + name + "=");
            if (at < 0) {
                return "";
            }
            int begin = at + name.length() + 1;
            int end = environment.indexOf('\0', begin);
            return end < 0 ? environment.substring(begin) : environment.substring(begin, end);
        } catch (IOException _) {
            return ""; // gone, or another user's
        }
    }

    /** The boot that the machine runs on; start ticks count from it. */
    static String bootId() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }
}
