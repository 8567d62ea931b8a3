package kant.edgehub;

import java.io.IOException;
import java.util.OptionalLong;
import kant.edgehub.config.Storage;
import kant.store.MessageStore;
import kant.store.StoreConfig;
import kant.store.state.KeyedState;
import kant.world.Disk;
import kant.world.Time;

/**
 * What the hub keeps on disk: messages, and small state (identities with their keys, twins, subscriptions, the last good
 * configuration).
 *
 * @param maxBytes the store's bound where the twin sets none
 */
record HubStores(MessageStore messages, KeyedState state, long maxBytes) implements AutoCloseable {

    /**
     * Opens both, recovering what an earlier run left.
     *
     * @param messages the directory of the message log
     * @param state the directory of the small state
     */
    static HubStores open(Storage storage, Disk messages, Disk state, Time time) throws IOException {
        KeyedState keyed = KeyedState.open(state, "state");
        try {
            long bound = storage.bound(messages.totalBytes(), Runtime.getRuntime().maxMemory());
            var config = StoreConfig.of(storage.durability(), bound);
            return new HubStores(MessageStore.open(config, messages, time), keyed, bound);
        } catch (IOException e) {
            keyed.close();
            throw e;
        }
    }

    /** Takes the twin's bound. */
    void bound(OptionalLong bytes) {
        messages.maxBytes(bytes.orElse(maxBytes));
    }

    @Override
    public void close() {
        messages.close();
        state.close();
    }
}
