package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.stream.Stream;
import kant.daemonapi.management.LogFrames;
import kant.world.Time;

/**
 * A module's log: files {@code N.log}, N growing, of which the last few are kept. A file is a row of records:
 *
 * <pre>
 * offset 0  stream: 1 stdout, 2 stderr     1  three zeroes     4  length of the rest, big-endian
 * 8         time, 30 characters (2026-11-25T01:08:49.623648268Z), a space, the line with its line end
 * </pre>
 *
 * All methods lock this object, which also wakes readers that follow.
 */
final class ModuleLog implements AutoCloseable {
    static final int HEAD_BYTES = 8;
    /** Time and space in front of each line. */
    static final int TIME_BYTES = 31;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'");

    private final Path folder;
    private final LogLimits limits;
    private final Time time;
    private long number;
    private FileChannel file;
    private boolean live;

    private ModuleLog(Path folder, LogLimits limits, Time time, long number) throws IOException {
        this.folder = folder;
        this.limits = limits;
        this.time = time;
        this.number = number;
        this.file = openAtEnd(number);
    }

    /** Opens the log of a module; the rest of a record that a crash cut short is taken off. */
    static ModuleLog open(Path folder, LogLimits limits, Time time) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new ModuleLog(folder, limits, time, lastNumber(folder));
    }

    /**
     * Appends a line, which ends with its line end if it had one.
     *
     * @throws IOException if it cannot be written, on a full volume for example; the log is as before then
     */
    synchronized void append(LogFrames.Stream stream, byte[] line, int length) throws IOException {
        String stamp = TIME.format(time.now().atOffset(ZoneOffset.UTC)) + " ";
        var record = ByteBuffer.allocate(HEAD_BYTES + TIME_BYTES + length);
        record.put(LogFrames.head(stream, TIME_BYTES + length));
        record.put(stamp.getBytes(StandardCharsets.US_ASCII));
        record.put(line, 0, length).flip();
        if (file.size() > 0 && file.size() + record.remaining() > limits.fileBytes()) {
            rotate();
        }
        long end = file.position();
        try {
            while (record.hasRemaining()) {
                file.write(record);
            }
        } catch (IOException e) {
            takeBack(end, e);
            throw e;
        }
        notifyAll();
    }

    /** What of a record was written would be taken for the head of the next one. */
    private void takeBack(long end, IOException cause) {
        try {
            file.truncate(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Says whether a run writes to it: readers that follow end when none does. */
    synchronized void live(boolean running) {
        live = running;
        notifyAll();
    }

    synchronized boolean isLive() {
        return live;
    }

    /** The number of the oldest file. */
    synchronized long firstNumber() {
        return Math.max(1, number - limits.files() + 1);
    }

    /** The number of the file that is written to. */
    synchronized long lastNumber() {
        return number;
    }

    Path path(long fileNumber) {
        return folder.resolve(fileNumber + ".log");
    }

    /** The time in front of a record's line. */
    static Instant time(byte[] record) {
        return Instant.parse(new String(record, HEAD_BYTES, TIME_BYTES - 1, StandardCharsets.US_ASCII));
    }

    @Override
    public synchronized void close() throws IOException {
        live = false;
        notifyAll();
        file.close();
    }

    private void rotate() throws IOException {
        FileChannel next = openAtEnd(number + 1);
        file.close();
        file = next;
        number++;
        Files.deleteIfExists(path(firstNumber() - 1));
    }

    private FileChannel openAtEnd(long fileNumber) throws IOException {
        var channel = FileChannel.open(
                path(fileNumber),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        long whole = wholeRecords(channel);
        channel.truncate(whole);
        channel.position(whole);
        return channel;
    }

    private static long wholeRecords(FileChannel channel) throws IOException {
        long at = 0;
        var head = ByteBuffer.allocate(HEAD_BYTES);
        while (at + HEAD_BYTES <= channel.size()) {
            head.clear();
            if (channel.read(head, at) < HEAD_BYTES) {
                return at;
            }
            long next = at + HEAD_BYTES + head.getInt(4);
            if (head.getInt(4) < TIME_BYTES || next > channel.size()) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static long lastNumber(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d{1,18}\\.log"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, name.length() - ".log".length())))
                    .max()
                    .orElse(1);
        }
    }
}
