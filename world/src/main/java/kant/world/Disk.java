package kant.world;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One directory of files, reached through the few calls that a log and small state need; simulated with faults in tests. */
public interface Disk {

    /** Names of the files in the directory, in no order. */
    List<String> list() throws IOException;

    /** Opens for reading and writing; creates an empty file where there is none. */
    File open(String name) throws IOException;

    boolean exists(String name) throws IOException;

    /** Removes a file; absent is fine. */
    void delete(String name) throws IOException;

    /** Renames over whatever has the new name, atomically. */
    void rename(String from, String to) throws IOException;

    /** Makes creations, deletions and renames of this directory durable. */
    void sync() throws IOException;

    /** Bytes that may still be written to the volume. */
    long usableBytes() throws IOException;

    /** Bytes the volume has in all. */
    long totalBytes() throws IOException;

    /**
     * Claims the files of one name in the directory until closed; throws if somebody has them, in this process or another. Two
     * writers of one log would destroy it.
     */
    default AutoCloseable claim(String name) throws IOException {
        return () -> {};
    }

    /** An open file. */
    interface File extends AutoCloseable {
        /** Reads up to {@code target.remaining()} bytes at a position; returns how many, -1 at the end. */
        int read(ByteBuffer target, long position) throws IOException;

        /** Writes all of the buffer at a position. */
        void write(ByteBuffer source, long position) throws IOException;

        /** Makes the written bytes durable; with {@code metadata} also the file's length. */
        void sync(boolean metadata) throws IOException;

        long size() throws IOException;

        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }
}
