package kant.store.segment;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Says what is kept when a log's segments are compacted: the log's owner, which knows what its records mean. */
public interface Keeper {
    /**
     * Sees each record, in order.
     *
     * @param payload valid during the call only
     * @return what is kept of it, valid until the next call; null for nothing
     */
    @Nullable
    ByteBuffer keep(ByteBuffer payload);

    /** About what was kept, as for any sealed segment. */
    byte[] summary();
}
