package kant.edgeagent.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import kant.edgeagent.sim.SimTime;
import kant.model.auth.SasToken;
import org.junit.jupiter.api.Test;

class WorkloadTokensTest {

    @Test
    void a_token_verifies_with_the_key_that_signed_it() throws Exception {
        byte[] key = "not a secret".getBytes(StandardCharsets.UTF_8);
        var time = new SimTime();
        var tokens = new WorkloadTokens(data -> SasToken.hmac(key, new String(data, StandardCharsets.UTF_8)), time);

        SasToken token = SasToken.parse(tokens.token("h.test/devices/d/modules/$edgeAgent"));

        assertThat(token.signedBy(Base64.getEncoder().encodeToString(key))).isTrue();
        assertThat(token.resource()).isEqualTo("h.test%2Fdevices%2Fd%2Fmodules%2F%24edgeAgent");
        assertThat(token.expires()).isEqualTo(time.now().plus(Duration.ofHours(1)));
    }
}
