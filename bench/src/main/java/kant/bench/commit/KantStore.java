package kant.bench.commit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.store.Cursor;
import kant.store.Entry;
import kant.store.MessageStore;
import kant.store.StoreConfig;
import kant.store.segment.Durability;
import kant.world.FileDisk;
import kant.world.Time;

/** Kant's message store, as the Edge Hub uses it: each record is the payload of a message for one endpoint. */
public final class KantStore implements Engine {
    public static final String NAME = "kant";
    public static final String OFFLINE = "kant-offline";

    private static final IdentityId SENDER = IdentityId.module("bench", "sender");
    private static final List<Target> TARGETS =
            List.of(new Target("bench/sink/in", Target.DEFAULT_PRIORITY, 7_200_000));
    private static final long MAX_BYTES = 8L << 30;
    private static final int READ_MESSAGES = 256;
    private static final int READ_BYTES = 2 << 20;

    private final MessageStore store;

    private KantStore(MessageStore store) {
        this.store = store;
    }

    /** Who reads what is appended. */
    public enum Readers {
        /** Nobody: the backlog grows, every segment is a new one. */
        NONE,
        /** The endpoint keeps up, as a module that is there: it is fed from memory, and segments are used again. */
        KEEPING_UP
    }

    /** The engine of this kind. */
    public static EngineFactory factory(Readers readers) {
        return new EngineFactory() {
            @Override
            public String name() {
                return readers == Readers.NONE ? OFFLINE : NAME;
            }

            @Override
            public Engine open(Path emptyFolder) throws IOException {
                MessageStore store = MessageStore.open(
                        StoreConfig.of(Durability.FSYNC, MAX_BYTES), new FileDisk(emptyFolder), Time.system());
                if (readers == Readers.KEEPING_UP) {
                    Cursor cursor = store.cursor(TARGETS.getFirst().endpoint());
                    cursor.onAvailable(() -> take(cursor));
                }
                return new KantStore(store);
            }
        };
    }

    @Override
    public CompletableFuture<?> append(byte[] record) {
        return store.append(new Message(SENDER, Map.of(), Map.of(), record), TARGETS)
                .toCompletableFuture();
    }

    @Override
    public void close() {
        store.close();
    }

    private static void take(Cursor cursor) {
        List<Entry> entries;
        do {
            entries = cursor.readMemory(READ_MESSAGES, READ_BYTES);
            if (entries == null) {
                entries = cursor.read(READ_MESSAGES, READ_BYTES);
            }
            entries.forEach(cursor::delivered);
        } while (!entries.isEmpty());
    }
}
