package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import kant.daemonapi.management.LogFrames;
import kant.edgedaemon.engine.LogQuery;
import org.jspecify.annotations.Nullable;

/** Reads a {@link ModuleLog} as Docker's log stream; one reader per request. */
final class LogReader extends InputStream {
    private final ModuleLog log;
    private final LogQuery query;
    private long number;
    private @Nullable FileChannel file;
    private long position;
    private ByteBuffer frame = ByteBuffer.allocate(0);
    private boolean ended;
    private volatile boolean closed;

    LogReader(ModuleLog log, LogQuery query) throws IOException {
        this.log = log;
        this.query = query;
        this.number = log.firstNumber();
        if (query.tail() != null) {
            skipTo(query.tail());
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        while (!frame.hasRemaining()) {
            byte[] record = ended ? null : next(query.follow());
            if (record == null) {
                ended = true;
                return -1;
            }
            frame = wanted(record) ? ByteBuffer.wrap(shown(record)) : frame;
        }
        int n = Math.min(len, frame.remaining());
        frame.get(b, off, n);
        return n;
    }

    @Override
    public void close() {
        closed = true;
        synchronized (log) {
            log.notifyAll();
        }
    }

    /** Counts the wanted records, then passes over all but the last ones. */
    private void skipTo(long tail) throws IOException {
        long count = 0;
        for (byte[] record = next(false); record != null; record = next(false)) {
            count += wanted(record) ? 1 : 0;
        }
        leave();
        number = log.firstNumber();
        for (long skip = count - tail; skip > 0; ) {
            byte[] record = next(false);
            if (record == null) {
                return;
            }
            skip -= wanted(record) ? 1 : 0;
        }
    }

    /** The next record; null at the end, which while following is the end of the module's run. */
    private byte @Nullable [] next(boolean follow) throws IOException {
        synchronized (log) {
            while (!closed) {
                byte[] record = here();
                if (record != null) {
                    return record;
                }
                if (number < log.lastNumber()) {
                    leave();
                    number = Math.max(number + 1, log.firstNumber());
                } else if (!follow || !log.isLive()) {
                    break;
                } else {
                    await();
                }
            }
            leave();
            return null;
        }
    }

    /** The record at the present place; null where the file ends there, or is gone. */
    private byte @Nullable [] here() throws IOException {
        if (file == null) {
            try {
                file = FileChannel.open(log.path(number), StandardOpenOption.READ);
            } catch (NoSuchFileException _) {
                return null; // rotated away
            }
        }
        if (position + ModuleLog.HEAD_BYTES > file.size()) {
            return null;
        }
        var head = ByteBuffer.allocate(ModuleLog.HEAD_BYTES);
        file.read(head, position);
        byte[] record = Arrays.copyOf(head.array(), ModuleLog.HEAD_BYTES + head.getInt(4));
        file.read(
                ByteBuffer.wrap(record, ModuleLog.HEAD_BYTES, record.length - ModuleLog.HEAD_BYTES),
                position + ModuleLog.HEAD_BYTES);
        position += record.length;
        return record;
    }

    private void await() throws InterruptedIOException {
        try {
            log.wait();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the log's reader was interrupted");
        }
    }

    private void leave() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
        position = 0;
    }

    private boolean wanted(byte[] record) {
        if (query.since() == null && query.until() == null) {
            return true;
        }
        Instant at = ModuleLog.time(record);
        return (query.since() == null || !at.isBefore(query.since()))
                && (query.until() == null || !at.isAfter(query.until()));
    }

    private byte[] shown(byte[] record) {
        if (query.timestamps()) {
            return record;
        }
        var stream = record[0] == 2 ? LogFrames.Stream.STDERR : LogFrames.Stream.STDOUT;
        int text = ModuleLog.HEAD_BYTES + ModuleLog.TIME_BYTES;
        byte[] bare = Arrays.copyOf(
                LogFrames.head(stream, record.length - text), ModuleLog.HEAD_BYTES + record.length - text);
        System.arraycopy(record, text, bare, ModuleLog.HEAD_BYTES, record.length - text);
        return bare;
    }
}
