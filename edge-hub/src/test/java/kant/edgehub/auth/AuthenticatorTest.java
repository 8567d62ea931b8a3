package kant.edgehub.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final IdentityId EDGE = IdentityId.device("edge");
    private static final IdentityId A = IdentityId.module("edge", "a");

    @TempDir
    private Path directory;

    private final ManualWorld world = new ManualWorld();
    private final FakeScope parent = new FakeScope();
    private final Set<IdentityId> affected = new HashSet<>();
    private KeyedState state;
    private ScopeCache cache;
    private ScopeRefresher refresher;
    private Authenticator authenticator;

    @BeforeEach
    void open() throws IOException {
        start();
        parent.register(EDGE);
        parent.register(A);
    }

    @AfterEach
    void close() {
        state.close();
    }

    private void start() throws IOException {
        state = KeyedState.open(new FileDisk(directory), "state");
        cache = new ScopeCache(state);
        refresher = new ScopeRefresher(cache, parent, world, world, Duration.ofSeconds(120));
        refresher.onAffected(affected::addAll);
        var chains = new AuthChains(cache, EDGE);
        var rules = new AuthRules(List.of("hub.kant.test", "gateway.local"), true, List::of);
        authenticator = new Authenticator(cache, refresher, chains, rules, world);
    }

    @ParameterizedTest
    @ValueSource(strings = {"primary", "secondary"})
    void a_token_signed_with_either_key_is_accepted(String which) {
        assertThat(check(token(A, FakeScope.key(A, which)), A)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub.kant.test", "GATEWAY.local"})
    void the_audience_may_name_the_hub_or_this_gateway(String host) {
        assertThat(check(sign(host + "/devices/edge/modules/a", FakeScope.key(A, "primary"), soon()), A))
                .isEmpty();
    }

    @Test
    void another_hubs_audience_is_refused() {
        assertThat(check(sign("evil.test/devices/edge/modules/a", FakeScope.key(A, "primary"), soon()), A))
                .hasValueSatisfying(r -> assertThat(r).isInstanceOf(Refusal.Unauthorized.class));
    }

    @Test
    void a_wrong_key_is_refused_after_one_question() {
        for (int i = 0; i < 5; i++) {
            assertThat(check(token(A, FakeScope.key(EDGE, "other")), A))
                    .hasValueSatisfying(r -> assertThat(r).isInstanceOf(Refusal.Unauthorized.class));
        }

        assertThat(parent.asked).containsExactly(A);
    }

    @Test
    void an_expired_token_is_refused_without_a_question_but_clocks_may_differ_by_five_minutes() {
        String key = FakeScope.key(A, "primary");
        Instant now = world.now();

        assertThat(check(sign("hub.kant.test/devices/edge/modules/a", key, now.minusSeconds(301)), A))
                .isPresent();
        assertThat(parent.asked).isEmpty();
        assertThat(check(sign("hub.kant.test/devices/edge/modules/a", key, now.minusSeconds(299)), A))
                .isEmpty();
    }

    @Test
    void a_module_may_use_its_devices_key() {
        refreshAll();

        assertThat(check(token(A, FakeScope.key(EDGE, "primary")), A)).isEmpty();
        assertThat(check(token(EDGE, FakeScope.key(EDGE, "secondary")), A)).isEmpty();
    }

    @Test
    void a_device_may_not_use_its_modules_key() {
        refreshAll();

        assertThat(check(token(A, FakeScope.key(A, "primary")), EDGE)).isPresent();
    }

    @Test
    void a_disabled_device_is_refused_and_so_are_its_modules() {
        parent.put(EDGE, false, FakeScope.key(EDGE, "primary"), "");
        refreshAll();

        assertThat(check(token(EDGE, FakeScope.key(EDGE, "primary")), EDGE))
                .hasValueSatisfying(r -> assertThat(r.reason()).contains("disabled"));
        assertThat(check(token(A, FakeScope.key(A, "primary")), A))
                .hasValueSatisfying(r -> assertThat(r.reason()).contains("disabled"));
    }

    @Test
    void no_credential_and_a_certificate_are_refused() {
        assertThat(check(new Credential.None(), A)).isPresent();
        assertThat(check(new Credential.Certificate(List.of()), A)).isPresent();
        assertThat(parent.asked).isEmpty();
    }

    @Test
    void a_module_registered_just_now_is_looked_up() {
        refreshAll();
        IdentityId late = IdentityId.module("edge", "late");
        parent.register(late);

        assertThat(check(token(late, FakeScope.key(late, "primary")), late)).isEmpty();
    }

    @Test
    void an_unknown_identity_is_refused_and_asked_for_again_only_after_a_while() {
        IdentityId ghost = IdentityId.device("ghost");
        Credential credential = token(ghost, FakeScope.key(ghost, "primary"));

        assertThat(check(credential, ghost)).isPresent();
        assertThat(check(credential, ghost)).isPresent();
        assertThat(parent.asked).hasSize(1);

        world.advance(Duration.ofSeconds(6));
        assertThat(check(credential, ghost)).isPresent();
        assertThat(parent.asked).hasSize(2);
    }

    @Test
    void connections_at_the_same_time_share_one_question() {
        var first = authenticator
                .check(claim(token(A, FakeScope.key(A, "primary")), A))
                .toCompletableFuture();
        var second = authenticator
                .check(claim(token(A, FakeScope.key(A, "primary")), A))
                .toCompletableFuture();
        world.run();

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(parent.asked).containsExactly(A);
    }

    @Test
    void made_up_names_cannot_flood_the_parent() {
        for (int i = 0; i < 100; i++) {
            IdentityId ghost = IdentityId.device("ghost" + i);
            var _ = authenticator.check(claim(token(ghost, FakeScope.key(ghost, "primary")), ghost));
        }
        world.run();

        assertThat(parent.asked).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void a_known_client_gets_in_offline_after_a_restart_and_an_unknown_one_is_told_to_try_again() throws IOException {
        refreshAll();
        state.close();
        parent.reachable = false;
        start();
        IdentityId ghost = IdentityId.device("ghost");

        assertThat(check(token(A, FakeScope.key(A, "primary")), A)).isEmpty();
        assertThat(check(token(A, FakeScope.key(EDGE, "wrong")), A))
                .hasValueSatisfying(r -> assertThat(r).isInstanceOf(Refusal.Unauthorized.class));
        assertThat(check(token(ghost, FakeScope.key(ghost, "primary")), ghost))
                .hasValueSatisfying(r -> assertThat(r).isInstanceOf(Refusal.Unavailable.class));
    }

    @Test
    void a_rotated_key_takes_effect_at_once_for_the_new_and_at_the_refresh_for_the_old() {
        refreshAll();
        String fresh = FakeScope.key(A, "fresh");
        parent.put(A, true, fresh, "");
        Credential old = token(A, FakeScope.key(A, "primary"));

        assertThat(check(old, A)).as("nobody has told us").isEmpty();
        assertThat(check(token(A, fresh), A)).isEmpty();
        assertThat(affected).contains(A);
        assertThat(authenticator.checkCached(claim(old, A))).isPresent();
    }

    @Test
    void an_identity_that_is_gone_from_the_scope_is_forgotten() {
        refreshAll();
        affected.clear();
        parent.remove(A);
        refreshAll();

        assertThat(affected).containsExactly(A);
        assertThat(cache.surelyUnknown(A)).isTrue();
        assertThat(check(token(A, FakeScope.key(A, "primary")), A)).isPresent();
    }

    @Test
    void keys_are_not_printed() {
        refreshAll();

        assertThat(cache.find(A).orElseThrow().toString()).doesNotContain(FakeScope.key(A, "primary"));
    }

    private void refreshAll() {
        var done = refresher.refreshAll().toCompletableFuture();
        world.run();
        assertThat(done).isCompleted();
    }

    private Optional<Refusal> check(Credential credential, IdentityId id) {
        CompletableFuture<Optional<Refusal>> answer = authenticator
                .check(claim(credential, id))
                .handle((_, failure) -> failure == null ? Optional.<Refusal>empty() : Optional.of(refusal(failure)))
                .toCompletableFuture();
        world.run();
        return answer.join();
    }

    private static Claim claim(Credential credential, IdentityId id) {
        return new Claim(id, List.of(), credential);
    }

    private static Refusal refusal(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return ((RefusedException) cause).refusal();
    }

    private Credential token(IdentityId id, String key) {
        String module = id.moduleId() == null ? "" : "/modules/" + id.moduleId();
        return sign("hub.kant.test/devices/" + id.deviceId() + module, key, soon());
    }

    private Instant soon() {
        return world.now().plusSeconds(3600);
    }

    private static Credential sign(String audience, String key, Instant expires) {
        try {
            return new Credential.Token(SasToken.parse(SasToken.sign(audience, key, expires, "")));
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }
}
