package kant.bench.commit;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Something that keeps records. */
public interface Engine extends AutoCloseable {

    /** Completes when the record is on disk. */
    CompletableFuture<?> append(byte[] record);

    @Override
    void close() throws IOException;
}
