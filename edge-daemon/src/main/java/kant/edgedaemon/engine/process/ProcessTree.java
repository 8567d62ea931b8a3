package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kant.world.Time;

/**
 * The processes that belong to a run: those of its session, their descendants, and those that carry its mark in their environment
 * although they left both.
 */
final class ProcessTree {
    private static final int MAX_DEPTH = 64;
    private static final int KILL_ROUNDS = 50;
    private static final Duration KILL_PAUSE = Duration.ofMillis(20);

    private ProcessTree() {}

    /** Whether a process is of the run, by session or descent: what it says of itself in its environment proves nothing. */
    static boolean owns(RunRecord run, int pid) {
        int at = pid;
        for (int depth = 0; depth < MAX_DEPTH && at > 1; depth++) {
            Optional<ProcStat> stat = ProcStat.of(at);
            if (stat.isEmpty()) {
                return false;
            }
            if (at == run.pid() || stat.get().session() == run.pid()) {
                return true;
            }
            at = stat.get().parent();
        }
        return false;
    }

    /**
     * All of the run's processes, its first one included.
     *
     * @param mark what {@link Launch#MARK} says in their environment
     */
    static Set<ProcStat> members(int sessionPid, String mark) throws IOException {
        List<ProcStat> all = ProcStat.all();
        Set<Integer> pids = all.stream()
                .filter(stat -> stat.session() == sessionPid || mark.equals(stat.variable(Launch.MARK)))
                .map(ProcStat::pid)
                .collect(Collectors.toCollection(HashSet::new));
        boolean grew = true;
        while (grew) {
            grew = false;
            for (ProcStat stat : all) {
                grew |= pids.contains(stat.parent()) && pids.add(stat.pid());
            }
        }
        return all.stream().filter(stat -> pids.contains(stat.pid())).collect(Collectors.toSet());
    }

    /** Asks the module to end, by way of its first process, which hands the signal on (see launch.sh). */
    static void terminate(RunRecord run) throws IOException {
        if (run.alive()) {
            ProcessHandle.of(run.pid()).ifPresent(ProcessHandle::destroy);
        }
    }

    /** Ends all of them, and looks again until none is left; whether none is. */
    static boolean kill(int sessionPid, String mark, Time time) throws IOException, InterruptedException {
        for (int round = 0; round < KILL_ROUNDS; round++) {
            Set<ProcStat> left = members(sessionPid, mark);
            if (left.isEmpty()) {
                return true;
            }
            for (ProcStat member : left) {
                ProcessHandle.of(member.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
            time.sleep(KILL_PAUSE);
        }
        return false;
    }
}
