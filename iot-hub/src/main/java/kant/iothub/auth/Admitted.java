package kant.iothub.auth;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kant.iothub.registry.AuthChain;
import kant.iothub.registry.Registered;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * An identity that was proved.
 *
 * @param method how, as IoT Hub says it of messages ({@code iothub-connection-auth-method})
 * @param chain from the identity to the edge device that acts for it; null where it acts for itself
 */
public record Admitted(
        Registered registered, String method, @Nullable AuthChain chain) {

    static Admitted itself(Registered registered, String scope, String type, String issuer) {
        return new Admitted(registered, method(scope, type, issuer), null);
    }

    static Admitted onBehalf(Registered registered, AuthChain chain) {
        return new Admitted(registered, method(scope(registered.id()), "sas", "iothub"), chain);
    }

    /** The identities whose change of credentials or status may end this admission. */
    public Set<IdentityId> dependsOn() {
        Set<IdentityId> all =
                new HashSet<>(List.of(registered.id(), registered.id().device()));
        if (chain != null) {
            all.addAll(chain.devices());
            all.add(chain.actorHub());
        }
        return all;
    }

    /** Whether it came on behalf, and a device is on the way. */
    public boolean passes(IdentityId device) {
        return chain != null && chain.devices().contains(device);
    }

    static String scope(IdentityId id) {
        return id.isModule() ? "module" : "device";
    }

    private static String method(String scope, String type, String issuer) {
        return "{\"scope\":\"" + scope + "\",\"type\":\"" + type + "\",\"issuer\":\"" + issuer
                + "\",\"acceptingIpFilterRule\":null}";
    }
}
