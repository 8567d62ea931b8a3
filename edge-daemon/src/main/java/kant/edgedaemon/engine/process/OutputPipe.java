package kant.edgedaemon.engine.process;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import kant.daemonapi.management.LogFrames;

/**
 * A named pipe with a module's output, and the line that has begun in it. It is open for both ways, so it never ends, whoever else
 * has it open, and a read never waits for more than is there.
 */
final class OutputPipe {
    /** Longer lines are cut into pieces, as Docker does. */
    private static final int LINE_BYTES = 16 * 1024;

    /** What a pipe may hold at most unless root raised it (/proc/sys/fs/pipe-max-size). */
    private static final int PIPE_BYTES = 1024 * 1024;

    private final Path path;
    private final LogFrames.Stream stream;
    private final ModuleLog target;
    private final FileInputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(0);
    private boolean open = true;
    private boolean failing;

    /** Opens the pipe, which exists. */
    OutputPipe(Path path, LogFrames.Stream stream, ModuleLog target) throws IOException {
        this.path = path;
        this.stream = stream;
        this.target = target;
        this.in = new FileInputStream(new RandomAccessFile(path.toFile(), "rw").getFD());
    }

    Path path() {
        return path;
    }

    /** Whether the log could be written before. */
    synchronized boolean isFirstFailure() {
        boolean first = !failing;
        failing = true;
        return first;
    }

    /**
     * Moves what waits to the log, as much as the piece holds; how many bytes that were.
     *
     * @throws IOException if the log cannot be written; what was read is lost then
     */
    synchronized int move(byte[] piece) throws IOException {
        int waiting = open ? in.available() : 0;
        if (waiting == 0) {
            return 0;
        }
        int read = in.read(piece, 0, Math.min(waiting, piece.length));
        split(piece, read);
        failing = false;
        return read;
    }

    private void split(byte[] piece, int length) throws IOException {
        int from = 0;
        for (int i = 0; i < length; i++) {
            int bytes = i + 1 - from;
            if (piece[i] == '\n' || line.size() + bytes == LINE_BYTES) {
                line.write(piece, from, bytes);
                endLine();
                from = i + 1;
            }
        }
        line.write(piece, from, length - from);
    }

    private void endLine() throws IOException {
        byte[] whole = line.toByteArray();
        line.reset();
        target.append(stream, whole, whole.length);
    }

    /** Moves the rest, a line without an end included, and lets go of the pipe; once is enough, twice is harmless. */
    synchronized void close(byte[] piece) throws IOException {
        try {
            int rest = PIPE_BYTES; // whoever goes on writing to it is no longer listened to
            for (int moved = move(piece); moved > 0 && rest > 0; moved = move(piece)) {
                rest -= moved;
            }
            if (line.size() > 0) {
                endLine();
            }
        } finally {
            open = false;
            in.close();
        }
    }
}
