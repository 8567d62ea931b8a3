package kant.bench.rocksdb;

import java.io.IOException;
import java.nio.file.Path;
import kant.bench.commit.Engine;
import kant.bench.commit.EngineFactory;
import kant.bench.commit.GroupCommit;

/** Opens RocksDB with the grouping of Kant's store. */
public final class RocksDbFactory implements EngineFactory {

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public Engine open(Path emptyFolder) throws IOException {
        return new GroupCommit(RocksDbCommitter.open(emptyFolder));
    }
}
