package kant.edgehub.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.ManualWorld;
import kant.model.identity.IdentityId;
import kant.store.state.KeyedState;
import kant.world.FileDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single questions that cross the reading of the whole scope. */
class ScopeRefresherTest {
    private static final IdentityId OLD = IdentityId.device("old");
    private static final IdentityId NEW = IdentityId.device("new");

    @TempDir
    private Path directory;

    private final ManualWorld world = new ManualWorld();
    private final FakeScope parent = new FakeScope();
    private final Set<IdentityId> affected = new HashSet<>();
    private KeyedState state;
    private ScopeCache cache;
    private ScopeRefresher refresher;

    /** What happens between the parent's list and its arrival. */
    private Runnable meanwhile = () -> {};

    @BeforeEach
    void open() throws IOException {
        state = KeyedState.open(new FileDisk(directory), "state");
        cache = new ScopeCache(state);
        refresher = new ScopeRefresher(cache, new SlowList(), world, world, Duration.ofSeconds(120));
        refresher.onAffected(affected::addAll);
        parent.register(OLD);
    }

    @AfterEach
    void close() {
        state.close();
    }

    /** The same parent, whose list takes time to arrive. */
    private final class SlowList implements ScopeSource {
        @Override
        public List<ScopeIdentity> all() throws IOException {
            List<ScopeIdentity> list = parent.all();
            meanwhile.run();
            return list;
        }

        @Override
        public List<ScopeIdentity> one(IdentityId id, List<IdentityId> via) throws IOException {
            return parent.one(id, via);
        }
    }

    @Test
    void an_identity_learnt_while_the_list_is_read_is_not_removed_by_it() {
        meanwhile = () -> {
            parent.register(NEW);
            ask(NEW);
        };

        readAll();

        assertThat(cache.find(NEW)).isPresent();
        assertThat(cache.find(OLD)).isPresent();
    }

    @Test
    void what_the_list_says_of_an_identity_learnt_since_is_out_of_date() {
        readAll();
        meanwhile = () -> {
            parent.put(OLD, false, FakeScope.key(OLD, "rotated"), FakeScope.key(OLD, "secondary"));
            var _ = refresher.refreshNow(OLD);
            world.run();
        };

        readAll();

        assertThat(cache.find(OLD))
                .hasValueSatisfying(old -> assertThat(old.enabled()).isFalse());
    }

    @Test
    void an_identity_removed_while_the_list_is_read_stays_removed() {
        readAll();
        meanwhile = () -> {
            parent.remove(OLD);
            var _ = refresher.refreshNow(OLD);
            world.run();
        };

        readAll();

        assertThat(cache.find(OLD)).isEmpty();
    }

    @Test
    void the_next_list_counts_again() {
        parent.register(NEW);
        meanwhile = () -> ask(NEW);
        readAll();
        meanwhile = () -> {};
        parent.remove(NEW);

        readAll();

        assertThat(cache.find(NEW)).isEmpty();
        assertThat(affected).contains(OLD, NEW);
    }

    private void readAll() {
        var _ = refresher.refreshAll();
        world.run();
    }

    private void ask(IdentityId id) {
        var _ = refresher.refresh(id);
        world.run();
    }
}
