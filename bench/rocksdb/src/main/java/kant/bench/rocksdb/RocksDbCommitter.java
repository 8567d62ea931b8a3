package kant.bench.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import kant.bench.commit.Committer;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One write batch a group, its log synced; keys ascend. Everything else is RocksDB's default, but for log files that are used again,
 * which spares it what a growing file costs.
 */
final class RocksDbCommitter implements Committer {
    private static final int LOG_FILES_KEPT = 4;

    private final Options options;
    private final RocksDB db;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteBatch group = new WriteBatch();
    private final ByteBuffer key = ByteBuffer.allocate(Long.BYTES);
    private long next;

    private RocksDbCommitter(Options options, RocksDB db) {
        this.options = options;
        this.db = db;
    }

    static RocksDbCommitter open(Path folder) throws IOException {
        RocksDB.loadLibrary();
        Options options = new Options().setCreateIfMissing(true).setRecycleLogFileNum(LOG_FILES_KEPT);
        try {
            return new RocksDbCommitter(options, RocksDB.open(options, folder.toString()));
        } catch (RocksDBException e) {
            options.close();
            throw new IOException("RocksDB cannot be opened in " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void add(byte[] record) throws IOException {
        try {
            group.put(key.putLong(0, next++).array(), record);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void commit() throws IOException {
        try {
            db.write(synced, group);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
        group.clear();
    }

    @Override
    public void close() {
        group.close();
        synced.close();
        db.close();
        options.close();
    }
}
