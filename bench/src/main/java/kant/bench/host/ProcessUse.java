package kant.bench.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux says about one process. */
public record ProcessUse(long pid) {
    /** {@code USER_HZ}: the unit of CPU times in /proc, 100 on every Linux that Java 25 runs on. */
    private static final long TICKS_PER_SECOND = 100;

    private static final long MICROS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

    /** Positions in /proc/PID/stat, counted from the field behind the command's name (proc(5), fields 14 and 15). */
    private static final int UTIME = 11;

    private static final int STIME = 12;

    /** CPU time used so far, user and system, in microseconds with the grain of a tick (10 ms). */
    public long cpuMicros() throws IOException {
        String stat = Files.readString(file("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MICROS_PER_TICK;
    }

    /** Memory, all in kB. */
    public Memory memory() throws IOException {
        List<String> status = Files.readAllLines(file("status"));
        return new Memory(
                number(status, "VmRSS:"),
                number(status, "VmHWM:"),
                number(Files.readAllLines(file("smaps_rollup")), "Pss:"),
                number(status, "Threads:"));
    }

    /**
     * Memory of one process.
     *
     * @param rssKb resident pages, those shared with others included
     * @param peakKb the most that was resident so far
     * @param pssKb resident pages, each divided by the number of processes that share it
     */
    public record Memory(long rssKb, long peakKb, long pssKb, long threads) {}

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    private long number(List<String> lines, String key) throws IOException {
        for (String line : lines) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.substring(key.length()).strip().split("\\s+")[0]);
            }
        }
        throw new IOException("/proc says no " + key + " of process " + pid);
    }
}
