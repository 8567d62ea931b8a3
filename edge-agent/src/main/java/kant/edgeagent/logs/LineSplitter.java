package kant.edgeagent.logs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Makes lines out of the pieces in which one stream of a module comes. */
final class LineSplitter {
    /** A line that is longer is cut: a module without line ends must not fill the memory. */
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final Sink sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Takes a line without its end. */
    interface Sink {
        void line(String line) throws IOException;
    }

    LineSplitter(Sink sink) {
        this.sink = sink;
    }

    void add(byte[] piece) throws IOException {
        for (byte b : piece) {
            if (b == '\n' || line.size() == MAX_LINE_BYTES) {
                flush();
            }
            if (b != '\n') {
                line.write(b);
            }
        }
    }

    /** The stream has ended; what is left is a line as well. */
    void end() throws IOException {
        if (line.size() > 0) {
            flush();
        }
    }

    private void flush() throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        sink.line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }
}
