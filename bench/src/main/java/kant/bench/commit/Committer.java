package kant.bench.commit;

import java.io.IOException;

/** What {@link GroupCommit} puts on disk group by group; for its one thread. */
public interface Committer extends AutoCloseable {

    /** Adds a record to the group. */
    void add(byte[] record) throws IOException;

    /** Brings the group to disk. */
    void commit() throws IOException;

    @Override
    void close() throws IOException;
}
