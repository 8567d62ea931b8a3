package kant.upstream.mqtt;

import java.time.Instant;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.mqtt.Username;
import kant.upstream.Access;

/**
 * What CONNECT says (device-protocols.md §1.2). Its text form hides the token.
 *
 * @param expires when the token does
 */
record Login(String clientId, String username, String token, Instant expires) {

    /** Understood by every IoT Hub, and the newest that is not a preview. */
    private static final String API_VERSION = "2021-04-12";

    static Login of(Access access, String hubHost, String product, String token) throws RefusedException {
        IdentityId id = access.id();
        var username = new Username(id, API_VERSION, product, access.modelId(), access.authChain());
        return new Login(
                id.text(), username.text(hubHost), token, SasToken.parse(token).expires());
    }

    @Override
    public String toString() {
        return "Login[" + username + ", token=<redacted>]";
    }
}
