package kant.upstream;

import java.io.IOException;
import java.time.Duration;
import kant.model.auth.SasToken;
import kant.world.Time;

/** Where an identity's SAS tokens come from. */
public interface TokenSource {

    /** How long a token made from a key lives. */
    Duration LIFETIME = Duration.ofHours(1);

    /**
     * Makes a token; may block, and is called on a virtual thread.
     *
     * @param audience {@code host/devices/d} or {@code host/devices/d/modules/m}, not percent-encoded
     * @return {@code SharedAccessSignature sr=…&sig=…&se=…}
     */
    String token(String audience) throws IOException;

    /** Tokens of one hour, signed with a symmetric key. */
    static TokenSource ofKey(String base64Key, Time time) {
        return audience -> {
            try {
                return SasToken.sign(audience, base64Key, time.now().plus(LIFETIME), "");
            } catch (IllegalArgumentException e) {
                throw new IOException("cannot sign a token for \"" + audience + "\": its key is not base64", e);
            }
        };
    }
}
