package kant.edgeagent.logs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import kant.daemonapi.management.LogFrames;
import kant.edgeagent.run.ModuleDaemon;

/** Reads modules' logs from the daemon, line by line. Blocking. */
public final class ModuleLogs {
    /** What a tail may keep in memory; a longer one is counted by the engine only. */
    private static final int MOST_KEPT = 10_000;

    private final ModuleDaemon daemon;

    /** Takes the lines that are wanted, in the order in which they came. */
    public interface Sink {
        void line(LogLine line) throws IOException;
    }

    public ModuleLogs(ModuleDaemon daemon) {
        this.daemon = daemon;
    }

    /**
     * Reads what there is now.
     *
     * @param timed whether lines shall have the engine's time
     */
    public void read(String module, LogFilter filter, boolean timed, Sink sink) throws IOException {
        Long tail = filter.tail();
        if (tail == null || tail > MOST_KEPT) {
            readAll(module, filter, timed, sink);
            return;
        }
        Deque<LogLine> last = new ArrayDeque<>();
        readAll(module, filter, timed, line -> {
            last.add(line);
            if (last.size() > tail) {
                last.remove();
            }
        });
        for (LogLine line : last) {
            sink.line(line);
        }
    }

    private void readAll(String module, LogFilter filter, boolean timed, Sink sink) throws IOException {
        LineSplitter out = splitter(LogFrames.Stream.STDOUT, filter, timed, sink);
        LineSplitter err = splitter(LogFrames.Stream.STDERR, filter, timed, sink);
        try (LogFrames frames = daemon.logs(module, filter.options(timed))) {
            for (LogFrames.Frame frame = frames.next(); frame != null; frame = frames.next()) {
                (frame.stream() == LogFrames.Stream.STDERR ? err : out).add(frame.bytes());
            }
        }
        out.end();
        err.end();
    }

    private static LineSplitter splitter(LogFrames.Stream stream, LogFilter filter, boolean timed, Sink sink) {
        return new LineSplitter(text -> {
            LogLine line = LogLine.parse(stream, text, timed);
            if (filter.accepts(line)) {
                sink.line(line);
            }
        });
    }
}
