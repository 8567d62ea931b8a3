package kant.protocol.device;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.port.Caller;

/** An edge hub's, with the original's statuses and bodies (device-protocols.md §4.3). */
record EdgeHubMethods(Callers callers, String edgeDevice) implements MethodDoor {

    @Override
    public HttpAnswer invoke(HttpCall call, IdentityId target) throws InterruptedException {
        Optional<IdentityId> module = call.header(CALLER).flatMap(MethodInvocation::caller);
        if (module.isEmpty()) {
            return message(400, "Invalid header value for x-ms-edge-moduleId");
        }
        if (!module.get().deviceId().equals(edgeDevice)) {
            return message(401, "Only modules on the same device can invoke DirectMethods");
        }
        Caller caller;
        try {
            caller = callers.of(call, module.get());
        } catch (RefusedException e) {
            return message(401, e.refusal().reason());
        }
        try {
            return MethodInvocation.parse(call.body()).send(caller, target);
        } catch (RefusedException e) {
            return refused(e.refusal(), target);
        }
    }

    private static HttpAnswer refused(Refusal refusal, IdentityId target) {
        return switch (refusal) {
            case Refusal.NotFound _, Refusal.NotConnected _ -> message(404, "Client " + target + " not found");
            case Refusal.TimedOut timedOut -> message(504, timedOut.reason());
            case Refusal.Unauthorized unauthorized -> message(401, unauthorized.reason());
            case Refusal.Invalid invalid -> text(invalid.reason());
            case Refusal.TooLarge tooLarge -> text(tooLarge.reason());
            case Refusal.AlreadyExists other -> message(500, other.reason());
            case Refusal.PreconditionFailed other -> message(500, other.reason());
            case Refusal.StoreFull other -> message(500, other.reason());
            case Refusal.LimitExceeded other -> message(500, other.reason());
            case Refusal.Unavailable other -> message(500, other.reason());
        };
    }

    private static HttpAnswer message(int status, String text) {
        return HttpAnswer.json(
                status,
                JsonNodeFactory.instance.objectNode().put("message", text).toString());
    }

    /** Of all its refusals the original answers only this one without an object around it. */
    private static HttpAnswer text(String text) {
        return HttpAnswer.json(400, JsonNodeFactory.instance.textNode(text).toString());
    }
}
