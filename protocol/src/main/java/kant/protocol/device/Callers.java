package kant.protocol.device;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpCall;
import kant.protocol.net.Percent;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.HubPort;
import kant.protocol.tls.Pem;

/**
 * Who makes a request, by its token (header {@code Authorization}, or a query parameter of that name) or the certificate of its
 * connection; a token wins.
 */
final class Callers {
    private static final String AUTHORIZATION = "authorization";
    private static final String PROXIED_CERTIFICATE = "x-ms-edge-clientcert";

    /** An identity that a hub does not know yet may have to be asked for at its parent. */
    private static final Duration AUTHENTICATION = Duration.ofSeconds(100);

    private final HubPort hub;
    private final Optional<IdentityId> proxy;

    /** @param proxy who may show other clients' certificates; empty where nobody may */
    Callers(HubPort hub, Optional<IdentityId> proxy) {
        this.hub = hub;
        this.proxy = proxy;
    }

    /** Proves who makes a request. */
    Caller of(HttpCall call, IdentityId identity) throws RefusedException, InterruptedException {
        Optional<String> proxied = call.header(PROXIED_CERTIFICATE);
        return proxied.isEmpty()
                ? call(call, identity, credential(call))
                : call(call, identity, proxied(call, proxied.get()));
    }

    private Caller call(HttpCall call, IdentityId identity, Credential credential)
            throws RefusedException, InterruptedException {
        var client = new ClientInfo(identity, call.header("user-agent").orElse(""), "", List.of(), false, "https");
        return Waits.forStage(hub.call(credential, client), AUTHENTICATION);
    }

    private static Credential credential(HttpCall call) throws RefusedException {
        Optional<String> token = token(call);
        if (token.isPresent()) {
            return new Credential.Token(SasToken.parse(token.get()));
        }
        return call.clientCertificates().isEmpty()
                ? new Credential.None()
                : new Credential.Certificate(call.clientCertificates());
    }

    private static Optional<String> token(HttpCall call) {
        return call.header(AUTHORIZATION)
                .or(() -> call.parameter(AUTHORIZATION))
                .or(() -> call.parameter("Authorization"));
    }

    /** What a proxy saw in its own handshake counts where the request carries that proxy's token (device-protocols.md §2.4). */
    private Credential proxied(HttpCall call, String certificate) throws RefusedException, InterruptedException {
        if (proxy.isEmpty() || token(call).isEmpty()) {
            throw new RefusedException(
                    new Refusal.Unauthorized("the header " + PROXIED_CERTIFICATE + " counts only from "
                            + proxy.map(id -> "\"" + id + "\" with its token").orElse("nobody")));
        }
        call(call, proxy.get(), credential(call));
        try {
            List<X509Certificate> chain = Pem.certificates(Percent.decode(certificate));
            if (!chain.isEmpty()) {
                return new Credential.Certificate(chain);
            }
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            // told below: what exactly is wrong with a proxy's header helps nobody on the other side of it
        }
        throw new RefusedException(new Refusal.Invalid(
                "the header " + PROXIED_CERTIFICATE + " holds no certificate as percent-encoded PEM"));
    }
}
