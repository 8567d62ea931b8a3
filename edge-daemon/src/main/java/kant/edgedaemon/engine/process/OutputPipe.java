package kant.edgedaemon.engine.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import kant.daemonapi.management.LogFrames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a module's output from a named pipe to its log, line by line, on a platform thread: a blocked file read would hold a virtual
 * thread's carrier. A writer of our own keeps the pipe from ending before {@link #close}, whoever else has it open.
 */
final class OutputPipe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutputPipe.class);
    /** Longer lines are cut into pieces, as Docker does. */
    private static final int LINE_BYTES = 16 * 1024;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Path path;
    private final LogFrames.Stream stream;
    private final ModuleLog target;
    private final RandomAccessFile holder;
    private final Thread thread;

    /** Opens the pipe, which exists, and begins to read. */
    OutputPipe(Path path, LogFrames.Stream stream, ModuleLog target) throws IOException {
        this.path = path;
        this.stream = stream;
        this.target = target;
        this.holder = new RandomAccessFile(path.toFile(), "rw");
        var in = new FileInputStream(path.toFile()); // does not wait for a writer: there is one
        this.thread = Thread.ofPlatform().name("output of " + path).daemon().unstarted(() -> move(in));
        thread.start();
    }

    private void move(FileInputStream source) {
        byte[] line = new byte[LINE_BYTES];
        int filled = 0;
        byte[] piece = new byte[LINE_BYTES];
        try (source) {
            for (int n = source.read(piece); n >= 0; n = source.read(piece)) {
                for (int i = 0; i < n; i++) {
                    line[filled++] = piece[i];
                    if (piece[i] == '\n' || filled == LINE_BYTES) {
                        target.append(stream, line, filled);
                        filled = 0;
                    }
                }
            }
            if (filled > 0) {
                target.append(stream, line, filled);
            }
        } catch (IOException e) {
            // the module is not to stop for its log; it notices nothing until the pipe is full
            log.atError()
                    .setCause(e)
                    .addKeyValue("pipe", path)
                    .log("a module's output is lost: its log cannot be written");
        }
    }

    /** Lets the pipe end and waits until what is in it has been moved. */
    @Override
    public void close() throws IOException {
        holder.close();
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                log.atWarn().addKeyValue("pipe", path).log("somebody keeps a module's output open");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
