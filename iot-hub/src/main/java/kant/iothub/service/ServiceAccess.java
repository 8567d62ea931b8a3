package kant.iothub.service;

import java.util.Optional;
import kant.iothub.auth.Authenticator;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.policy.Policies;
import kant.iothub.policy.Right;
import kant.iothub.service.Operation.Access;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;

/** Who may ask what: services by policy, edge devices and their hubs for what is theirs. */
final class ServiceAccess {
    private final Policies policies;
    private final Authenticator authenticator;

    ServiceAccess(Policies policies, Authenticator authenticator) {
        this.policies = policies;
        this.authenticator = authenticator;
    }

    /** A service whose policy has the right. */
    Access service(Right right) {
        return call -> checkPolicy(call, right);
    }

    /** A service whose policy has the right, or the device in the path. */
    Access deviceOr(Right right) {
        return call -> {
            if (isByDevice(call)) {
                authenticator.authenticate(Call.identity(call.device(), null), credential(call));
            } else {
                checkPolicy(call, right);
            }
        };
    }

    /** The hub of the edge device in the path, and nobody else: the answer has keys in it. */
    Access edgeHub() {
        return call -> {
            IdentityId hub = Call.identity(call.device(), call.names().get(Call.MODULE));
            if (!IdentityId.EDGE_HUB.equals(hub.moduleId())) {
                throw new HubRefusedException(
                        ErrorCode.UNAUTHORIZED,
                        "only module \"" + IdentityId.EDGE_HUB + "\" may read a device's scope");
            }
            authenticator.authenticate(hub, credential(call));
        };
    }

    /** A service; a module that calls a method says in a header which one it is, and is answered before it comes here (§4.3). */
    Access serviceNotModule() {
        return call -> {
            if (isByDevice(call)) {
                throw new HubRefusedException(
                        ErrorCode.ARGUMENT_INVALID, "Invalid header value for x-ms-edge-moduleId");
            }
            checkPolicy(call, Right.SERVICE_CONNECT);
        };
    }

    /** Whether the caller shows what a device or module shows, and not a service's token. */
    static boolean isByDevice(Call call) throws HubRefusedException {
        return switch (credential(call)) {
            case Credential.Token(SasToken token) -> token.policy().isEmpty();
            case Credential.Certificate _ -> true;
            case Credential.None _ -> false;
        };
    }

    private void checkPolicy(Call call, Right right) throws HubRefusedException {
        if (credential(call) instanceof Credential.Token(SasToken token)) {
            policies.check(token, "/" + String.join("/", call.http().path()), right);
            return;
        }
        throw new HubRefusedException(
                ErrorCode.UNAUTHORIZED, "the request needs an Authorization header with a SAS token of a policy");
    }

    private static Credential credential(Call call) throws HubRefusedException {
        Optional<String> header = call.http().header("authorization");
        if (header.isPresent()) {
            try {
                return new Credential.Token(SasToken.parse(header.get()));
            } catch (RefusedException e) {
                throw new HubRefusedException(
                        ErrorCode.UNAUTHORIZED, e.refusal().reason());
            }
        }
        return call.http().clientCertificates().isEmpty()
                ? new Credential.None()
                : new Credential.Certificate(call.http().clientCertificates());
    }
}
