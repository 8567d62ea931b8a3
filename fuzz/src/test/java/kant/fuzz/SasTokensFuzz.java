package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.sas.SasCheck;
import org.junit.jupiter.params.provider.MethodSource;

/** A text is a token or refused, and a token that nobody signed with the key is never good. */
class SasTokensFuzz {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String KEY = "a2V5IHRoYXQgbm8gZnV6emVyIGtub3dz";

    static Stream<String> seeds() {
        return Seeds.texts("sas.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void token(@NotNull String text) {
        try {
            SasToken token = SasToken.parse(text);
            var wrong = SasCheck.check(
                    token, List.of("hub.kant.test"), IdentityId.module("d", "m"), KEY, "", NOW, Duration.ofMinutes(5));
            var wrongPolicy =
                    SasCheck.checkPolicy(token, List.of("hub.kant.test"), KEY, KEY, NOW, Duration.ofMinutes(5));
            if (wrong.isEmpty() || wrongPolicy.isEmpty()) {
                throw new AssertionError("a token that was not signed is good: " + text);
            }
            if (token.toString().contains(text)) {
                throw new AssertionError("a token shows itself");
            }
        } catch (RefusedException e) {
            if (e.getMessage().isBlank()) {
                throw new AssertionError("refused without a reason", e);
            }
        }
    }
}
