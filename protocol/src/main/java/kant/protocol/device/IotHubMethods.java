package kant.protocol.device;

import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;

/** An IoT hub's: a call that names no module is a service's, and refusals have the form of all other ones. */
record IotHubMethods(Callers callers, HttpHandler services) implements MethodDoor {

    @Override
    public HttpAnswer invoke(HttpCall call, IdentityId target) throws Exception {
        Optional<String> named = call.header(CALLER);
        if (named.isEmpty()) {
            return services.handle(call);
        }
        Optional<HttpAnswer> unversioned = ApiVersion.check(call);
        if (unversioned.isPresent()) {
            return unversioned.get();
        }
        IdentityId caller = MethodInvocation.caller(named.get())
                .orElseThrow(() -> new RefusedException(
                        new Refusal.Invalid("the header x-ms-edge-moduleId is not {device}/{module}")));
        return MethodInvocation.parse(call.body()).send(callers.of(call, caller), target);
    }
}
