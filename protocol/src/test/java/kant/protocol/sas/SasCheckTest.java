package kant.protocol.sas;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.Test;

/** reference/device-protocols.md §2.1 and checklist 4-7. */
class SasCheckTest {
    private static final String PRIMARY = key("primary");
    private static final String SECONDARY = key("secondary");
    private static final List<String> HOSTS = List.of("hub.kant.test", "edge.kant.test");
    private static final IdentityId DEVICE = IdentityId.device("dev1");
    private static final IdentityId MODULE = IdentityId.module("dev1", "$edgeHub");
    private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofMinutes(5);

    @Test
    void either_key_proves_a_device() {
        assertThat(check(SasToken.sign("hub.kant.test/devices/dev1", PRIMARY, NOW, ""), DEVICE))
                .isEmpty();
        assertThat(check(SasToken.sign("hub.kant.test/devices/dev1", SECONDARY, NOW, ""), DEVICE))
                .isEmpty();
    }

    @Test
    void another_key_proves_nothing() {
        assertRefused(check(SasToken.sign("hub.kant.test/devices/dev1", key("x"), NOW, ""), DEVICE), "not signed");
    }

    @Test
    void a_missing_key_proves_nothing() throws RefusedException {
        SasToken token = SasToken.parse(SasToken.sign("hub.kant.test/devices/dev1", key(""), NOW, ""));

        assertThat(SasCheck.check(token, HOSTS, DEVICE, "", "", NOW, SKEW)).isPresent();
    }

    @Test
    void the_resource_counts_as_it_stands_however_it_is_encoded() {
        for (String sr : List.of(
                "hub.kant.test/devices/dev1/modules/$edgeHub",
                "hub.kant.test/devices/dev1/modules/%24edgeHub",
                "hub.kant.test%2Fdevices%2Fdev1%2Fmodules%2F%24edgeHub",
                "hub.kant.test%2fdevices%2fdev1%2fmodules%2f%24edgeHub",
                "HUB.kant.test/devices/DEV1/modules/$EdgeHub",
                "hub.kant.test:8443/devices/dev1/modules/$edgeHub",
                "edge.kant.test/devices/dev1/modules/$edgeHub")) {
            assertThat(check(verbatim(sr, PRIMARY, NOW.plusSeconds(60)), MODULE))
                    .as(sr)
                    .isEmpty();
        }
    }

    @Test
    void a_token_is_taken_until_five_minutes_after_its_end() {
        String token = SasToken.sign("hub.kant.test/devices/dev1", PRIMARY, NOW.minus(SKEW), "");
        String late = SasToken.sign(
                "hub.kant.test/devices/dev1", PRIMARY, NOW.minus(SKEW).minusSeconds(1), "");

        assertThat(check(token, DEVICE)).isEmpty();
        assertRefused(check(late, DEVICE), "expired");
    }

    @Test
    void a_token_that_never_ends_is_good() {
        assertThat(check(verbatim("hub.kant.test/devices/dev1", PRIMARY, "9223372036854775807"), DEVICE))
                .isEmpty();
    }

    @Test
    void another_audience_is_refused() {
        assertRefused(check(SasToken.sign("other.test/devices/dev1", PRIMARY, NOW, ""), DEVICE), "other.test");
        assertRefused(check(SasToken.sign("hub.kant.test/devices/dev2", PRIMARY, NOW, ""), DEVICE), "dev2");
        assertRefused(check(SasToken.sign("hub.kant.test/devices/dev1", PRIMARY, NOW, ""), MODULE), "$edgeHub");
        assertRefused(
                check(SasToken.sign("hub.kant.test/devices/dev1/modules/$edgeHub", PRIMARY, NOW, ""), DEVICE), "dev1");
        assertRefused(check(SasToken.sign("hub.kant.test/things/dev1", PRIMARY, NOW, ""), DEVICE), "sr");
        assertRefused(check(SasToken.sign("hub.kant.test", PRIMARY, NOW, ""), DEVICE), "sr");
    }

    @Test
    void a_policy_is_good_for_the_hub_and_what_is_below_it() throws RefusedException {
        for (String sr : List.of("hub.kant.test", "hub.kant.test/devices/dev1", "hub.kant.test:443")) {
            SasToken token = SasToken.parse(SasToken.sign(sr, PRIMARY, NOW, "service"));
            assertThat(SasCheck.checkPolicy(token, HOSTS, PRIMARY, "", NOW, SKEW))
                    .as(sr)
                    .isEmpty();
        }
        SasToken foreign = SasToken.parse(SasToken.sign("hub.kant.test.evil", PRIMARY, NOW, "service"));
        assertRefused(SasCheck.checkPolicy(foreign, HOSTS, PRIMARY, "", NOW, SKEW), "evil");
    }

    private static Optional<Refusal> check(String token, IdentityId identity) {
        try {
            return SasCheck.check(SasToken.parse(token), HOSTS, identity, PRIMARY, SECONDARY, NOW, SKEW);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static String verbatim(String sr, String key, Instant expires) {
        return verbatim(sr, key, Long.toString(expires.getEpochSecond()));
    }

    private static String verbatim(String sr, String key, String se) {
        byte[] sig = SasToken.hmac(Base64.getDecoder().decode(key), sr + "\n" + se);
        return "SharedAccessSignature sig="
                + URLEncoder.encode(Base64.getEncoder().encodeToString(sig), StandardCharsets.UTF_8) + "&se=" + se
                + "&sr=" + sr;
    }

    private static void assertRefused(Optional<Refusal> refusal, String why) {
        assertThat(refusal).get().isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refusal.orElseThrow().reason()).contains(why).doesNotContain(PRIMARY);
    }

    private static String key(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
