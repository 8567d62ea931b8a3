package kant.edgehub.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.ManualWorld;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.store.state.KeyedState;
import kant.world.FileDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks 83 and 84: a hub below connects for its clients, with its own token. */
class OnBehalfTest {
    private static final IdentityId EDGE = IdentityId.device("edge");
    private static final IdentityId CHILD = IdentityId.device("child");
    private static final IdentityId CHILD_HUB = IdentityId.module("child", "$edgeHub");
    private static final IdentityId OTHER = IdentityId.device("other");
    private static final IdentityId LEAF = IdentityId.device("leaf");
    private static final IdentityId MODULE = IdentityId.module("child", "m");

    @TempDir
    private Path directory;

    private final ManualWorld world = new ManualWorld();
    private final FakeScope parent = new FakeScope();
    private KeyedState state;
    private ScopeCache cache;
    private AuthChains chains;
    private Authenticator authenticator;

    @BeforeEach
    void open() throws IOException {
        state = KeyedState.open(new FileDisk(directory), "state");
        cache = new ScopeCache(state);
        var refresher = new ScopeRefresher(cache, parent, world, world, Duration.ZERO);
        chains = new AuthChains(cache, EDGE);
        var rules = new AuthRules(List.of("hub"), true, List::of);
        authenticator = new Authenticator(cache, refresher, chains, rules, world);
        put(EDGE, true, new Place(true, "scope-edge", List.of()));
        put(CHILD, true, new Place(true, "scope-child", List.of("scope-edge")));
        put(OTHER, true, new Place(true, "scope-other", List.of("scope-edge")));
        put(LEAF, true, new Place(false, "scope-child", List.of("scope-child")));
        parent.register(CHILD_HUB);
        parent.register(IdentityId.module("other", "$edgeHub"));
        parent.register(MODULE);
        var _ = refresher.refreshAll();
        world.run();
    }

    @AfterEach
    void close() {
        state.close();
    }

    @Test
    void a_childs_hub_may_act_for_its_leaf_and_for_its_module() {
        assertThat(check(CHILD_HUB, LEAF, CHILD)).isEmpty();
        assertThat(check(CHILD_HUB, MODULE, CHILD)).isEmpty();
    }

    @Test
    void a_hub_that_is_not_above_the_target_may_not() {
        assertThat(check(IdentityId.module("other", "$edgeHub"), LEAF, OTHER))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("no parent"));
    }

    @Test
    void the_leafs_own_token_does_not_do() {
        assertThat(check(LEAF, LEAF, CHILD)).isPresent();
    }

    @Test
    void a_disabled_device_on_the_way_ends_it() {
        put(CHILD, false, new Place(true, "scope-child", List.of("scope-edge")));

        assertThat(check(CHILD_HUB, LEAF, CHILD)).isEmpty();
        var refresher = new ScopeRefresher(cache, parent, world, world, Duration.ZERO);
        var _ = refresher.refreshAll();
        world.run();
        assertThat(check(CHILD_HUB, LEAF, CHILD))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("disabled"));
    }

    @Test
    void a_leaf_registered_just_now_is_asked_for_at_the_parent_by_its_way() {
        IdentityId late = IdentityId.device("late");
        put(late, true, new Place(false, "scope-child", List.of("scope-child")));

        assertThat(check(CHILD_HUB, late, CHILD)).isEmpty();
        assertThat(parent.ways).containsEntry(late, List.of(CHILD, EDGE));
    }

    @Test
    void the_way_up_is_told_target_first() {
        assertThat(chains.of(LEAF)).contains(List.of(LEAF, CHILD, EDGE));
        assertThat(chains.of(MODULE)).contains(List.of(MODULE, CHILD, EDGE));
        assertThat(chains.of(IdentityId.module("edge", "x"))).contains(List.of(IdentityId.module("edge", "x"), EDGE));
        assertThat(chains.of(IdentityId.device("nobody"))).isEmpty();
    }

    @Test
    void a_scope_is_the_device_its_modules_and_its_children() {
        assertThat(chains.scopeOf(CHILD)).extracting(ScopeIdentity::id).containsExactly(CHILD, CHILD_HUB, MODULE, LEAF);
    }

    private void put(IdentityId id, boolean enabled, Place place) {
        parent.put(new ScopeIdentity(id, "g1", enabled, Proof.keys(FakeScope.key(id, "primary"), ""), place));
    }

    private Optional<Refusal> check(IdentityId signer, IdentityId target, IdentityId actor) {
        String module = signer.moduleId() == null ? "" : "/modules/" + signer.moduleId();
        String text = SasToken.sign(
                "hub/devices/" + signer.deviceId() + module,
                FakeScope.key(signer, "primary"),
                world.now().plusSeconds(60),
                "");
        try {
            var claim = new Claim(target, List.of(target, actor), new Credential.Token(SasToken.parse(text)));
            var answer = authenticator.check(claim).toCompletableFuture();
            world.run();
            return answer.isCompletedExceptionally() ? authenticator.checkCached(claim) : Optional.empty();
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }
}
