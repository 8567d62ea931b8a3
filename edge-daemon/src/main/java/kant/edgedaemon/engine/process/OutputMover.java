package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.world.PlatformThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the output of all modules from their pipes to their logs, on one thread. It looks into each pipe, often while something
 * comes and seldom while nothing does: a look costs a microsecond, a thread that waits in each pipe 100 KB
 * (docs/adr/0005-footprint.md), and Java cannot wait for several named pipes at once.
 */
final class OutputMover implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutputMover.class);
    /** For each pipe at a turn: a module that writes much does not keep the others waiting. */
    private static final int PIECE_BYTES = 64 * 1024;

    private static final long SHORTEST_WAIT_NANOS = Duration.ofMillis(5).toNanos();

    /** What a line may be late in the log, after a time without any. */
    private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(200).toNanos();

    private final List<OutputPipe> pipes = new CopyOnWriteArrayList<>();
    private final byte[] piece = new byte[PIECE_BYTES];
    private final PlatformThread thread;
    private long waitNanos = SHORTEST_WAIT_NANOS;
    private volatile boolean moduleStarts;

    private OutputMover() {
        thread = PlatformThread.start("output-of-modules", this::turn);
    }

    static OutputMover start() {
        return new OutputMover();
    }

    void add(List<OutputPipe> fresh) {
        pipes.addAll(fresh);
        moduleStarts = true;
        thread.wake();
    }

    /** Moves what waits in these pipes now, for somebody who is about to read the log. */
    void moveNow(List<OutputPipe> asked) {
        byte[] own = new byte[PIECE_BYTES];
        asked.forEach(pipe -> move(pipe, own));
    }

    /** Moves what is left in these pipes, whose writers are gone, and closes them. */
    void drain(List<OutputPipe> ended) throws IOException {
        pipes.removeAll(ended);
        byte[] own = new byte[PIECE_BYTES];
        for (OutputPipe pipe : ended) {
            pipe.close(own);
        }
    }

    private long turn() {
        boolean moved = moduleStarts; // which often has something to say
        moduleStarts = false;
        for (OutputPipe pipe : pipes) {
            moved |= move(pipe, piece);
        }
        waitNanos = moved ? SHORTEST_WAIT_NANOS : Math.min(waitNanos * 2, LONGEST_WAIT_NANOS);
        return moved ? 0 : waitNanos;
    }

    private boolean move(OutputPipe pipe, byte[] buffer) {
        try {
            return pipe.move(buffer) > 0;
        } catch (IOException e) {
            // it is read all the same: once the pipe was full, the module would stop for its log
            if (pipe.isFirstFailure()) {
                log.atError()
                        .setCause(e)
                        .addKeyValue("pipe", pipe.path())
                        .log("a module's output is lost while its log cannot be written");
            }
            return true;
        }
    }

    /** Stops. What modules write from now on waits in their pipes, which their launchers keep open, for the next daemon. */
    @Override
    public void close() {
        thread.close();
        for (OutputPipe pipe : pipes) {
            try {
                pipe.close(piece);
            } catch (IOException e) {
                log.atWarn().setCause(e).addKeyValue("pipe", pipe.path()).log("a module's output did not close");
            }
        }
        pipes.clear();
    }
}
