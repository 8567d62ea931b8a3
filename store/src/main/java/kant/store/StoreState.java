package kant.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import kant.store.segment.SegmentLog;

/** What the parts of one store share: the log, the endpoints, and whether a checkpoint is due. */
final class StoreState {
    private final StoreConfig config;
    private final StoreClock clock;
    private final SegmentLog log;
    private final SharedMemory memory;
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final Map<Long, SegmentSummary> summaries = new ConcurrentHashMap<>();
    private final AtomicBoolean dirty = new AtomicBoolean();
    private volatile Runnable wakeWriter = () -> {};

    StoreState(StoreConfig config, StoreClock clock, SegmentLog log) {
        this.config = config;
        this.clock = clock;
        this.log = log;
        memory = new SharedMemory(config.memoryBytes());
    }

    StoreConfig config() {
        return config;
    }

    StoreClock clock() {
        return clock;
    }

    SegmentLog log() {
        return log;
    }

    SharedMemory memory() {
        return memory;
    }

    /** By name. */
    Map<String, Endpoint> endpoints() {
        return endpoints;
    }

    /** Created on demand. */
    Endpoint endpoint(String name) {
        Endpoint known = endpoints.get(name);
        return known != null ? known : endpoints.computeIfAbsent(name, n -> new Endpoint(n, this));
    }

    /** Of sealed segments, by number. */
    Map<Long, SegmentSummary> summaries() {
        return summaries;
    }

    /** Whether a segment may hold this ordinal of the cursor or a later one; true where that is not known. */
    boolean reaches(long segmentNumber, int cursorId, long ordinal) {
        SegmentSummary summary = summaries.get(segmentNumber);
        return summary == null || summary.reaches(cursorId, ordinal);
    }

    void onWork(Runnable wake) {
        wakeWriter = wake;
    }

    /** Something was settled, or else there is reason to write a checkpoint soon. */
    void changed() {
        if (!dirty.get() && dirty.compareAndSet(false, true)) {
            wakeWriter.run();
        }
    }

    boolean dirty() {
        return dirty.get();
    }

    /** For the writer, just before it takes a checkpoint. */
    void clean() {
        dirty.set(false);
    }
}
