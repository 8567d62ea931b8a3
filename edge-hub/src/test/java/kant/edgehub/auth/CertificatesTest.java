package kant.edgehub.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.ManualWorld;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.protocol.tls.CertificateAuthority;
import kant.store.state.KeyedState;
import kant.world.FileDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks 19 and 20: who comes with a certificate, and what of it stays when the parent is away. */
class CertificatesTest {
    private static final IdentityId EDGE = IdentityId.device("edge");
    private static final IdentityId LEAF = IdentityId.device("leaf");
    private static final IdentityId MODULE = IdentityId.module("edge", "a");

    @TempDir
    private Path directory;

    private final ManualWorld world = new ManualWorld();
    private final FakeScope parent = new FakeScope();
    private final CertificateAuthority authority =
            CertificateAuthority.create("Plant CA", Duration.ofDays(10), world, world);
    private final List<X509Certificate> leaf =
            authority.issueClient("leaf", Duration.ofDays(1)).chain();
    private KeyedState state;
    private ScopeCache cache;

    @BeforeEach
    void open() throws IOException {
        state = KeyedState.open(new FileDisk(directory), "state");
        cache = new ScopeCache(state);
        parent.register(EDGE);
    }

    @AfterEach
    void close() {
        state.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA-1", "SHA-256"})
    void a_registered_thumbprint_is_enough_primary_or_secondary_in_any_case(String algorithm) throws Exception {
        register(LEAF, Proof.thumbprints("", thumbprint(leaf, algorithm).toLowerCase(java.util.Locale.ROOT)));
        assertThat(check(leaf, LEAF)).isEmpty();

        register(LEAF, Proof.thumbprints(thumbprint(leaf, algorithm), "00"));
        assertThat(check(leaf, LEAF)).isEmpty();
    }

    @Test
    void another_certificate_than_the_registered_one_is_refused() throws Exception {
        register(LEAF, Proof.thumbprints(thumbprint(leaf, "SHA-1"), ""));
        var other = authority.issueClient("leaf", Duration.ofDays(1)).chain();

        assertThat(check(other, LEAF))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("thumbprint"));
    }

    @Test
    void a_certificate_that_has_run_out_is_refused() throws Exception {
        register(LEAF, Proof.thumbprints(thumbprint(leaf, "SHA-256"), ""));
        world.advance(Duration.ofDays(2));

        assertThat(check(leaf, LEAF))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("valid from"));
    }

    @Test
    void a_module_may_have_thumbprints_too() throws Exception {
        register(MODULE, Proof.thumbprints(thumbprint(leaf, "SHA-256"), ""));

        assertThat(check(leaf, MODULE)).isEmpty();
    }

    @Test
    void a_certificate_of_a_trusted_authority_is_enough_where_it_names_the_device() {
        register(LEAF, Proof.authority());
        var below = authority.issueCa("Line 1", Duration.ofDays(5));

        assertThat(check(leaf, LEAF)).isEmpty();
        assertThat(check(below.issueClient("leaf", Duration.ofDays(1)).chain(), LEAF))
                .as("over an authority between")
                .isEmpty();
        assertThat(check(authority.issueClient("other", Duration.ofDays(1)).chain(), LEAF))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("common name"));
    }

    @Test
    void a_certificate_of_a_stranger_is_refused_whatever_it_says() {
        register(LEAF, Proof.authority());
        var stranger = CertificateAuthority.create("Plant CA", Duration.ofDays(10), world, world);

        assertThat(check(stranger.issueClient("leaf", Duration.ofDays(1)).chain(), LEAF))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("trust bundle"));
    }

    @Test
    void a_certificate_for_an_identity_with_keys_is_refused_and_so_is_one_where_none_are_taken() {
        parent.register(LEAF);

        assertThat(check(leaf, LEAF)).isPresent();
        register(LEAF, Proof.authority());
        var none = new AuthRules(List.of("hub"), false, authority::chain);
        assertThat(authenticator(none).checkCached(claim(leaf, LEAF)))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("ClientCertAuthEnabled"));
    }

    @Test
    void a_known_thumbprint_holds_offline_after_a_restart() throws Exception {
        register(LEAF, Proof.thumbprints(thumbprint(leaf, "SHA-1"), ""));
        assertThat(check(leaf, LEAF)).isEmpty();

        state.close();
        open();
        parent.reachable = false;

        assertThat(check(leaf, LEAF)).isEmpty();
    }

    @Test
    void what_an_earlier_version_wrote_is_still_read() throws IOException {
        state.put("scope/old", """
                {"deviceId":"old","generationId":"g","status":"enabled",
                 "authentication":{"type":"sas","symmetricKey":{"primaryKey":"a2V5","secondaryKey":""}}}""".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        var read = new ScopeCache(state).find(IdentityId.device("old")).orElseThrow();

        assertThat(read.proof()).isEqualTo(Proof.keys("a2V5", ""));
        assertThat(read.place()).isEqualTo(Place.NONE);
    }

    private void register(IdentityId id, Proof proof) {
        parent.put(new ScopeIdentity(id, "g1", true, proof, Place.NONE));
    }

    private Optional<Refusal> check(List<X509Certificate> chain, IdentityId id) {
        var authenticator = authenticator(new AuthRules(List.of("hub"), true, authority::chain));
        var answer = authenticator.check(claim(chain, id)).toCompletableFuture();
        world.run();
        return answer.isCompletedExceptionally() ? authenticator.checkCached(claim(chain, id)) : Optional.empty();
    }

    private Authenticator authenticator(AuthRules rules) {
        var refresher = new ScopeRefresher(cache, parent, world, world, Duration.ZERO);
        return new Authenticator(cache, refresher, new AuthChains(cache, EDGE), rules, world);
    }

    private static Claim claim(List<X509Certificate> chain, IdentityId id) {
        return new Claim(id, List.of(), new Credential.Certificate(chain));
    }

    private static String thumbprint(List<X509Certificate> chain, String algorithm) throws Exception {
        byte[] digest =
                MessageDigest.getInstance(algorithm).digest(chain.getFirst().getEncoded());
        return HexFormat.of().withUpperCase().formatHex(digest);
    }
}
