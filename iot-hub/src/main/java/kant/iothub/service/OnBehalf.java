package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.AuthChain;

/** The body of a call that an edge hub makes on behalf of a device below it; the chain is read, not yet checked. */
record OnBehalf(ObjectNode body, AuthChain chain) {

    /** Refuses a chain that does not end at the edge device in the path, whose hub has proved itself. */
    static OnBehalf of(Call call) throws HubRefusedException {
        ObjectNode body = call.body();
        String given = Json.textMember(body, "authChain");
        if (given == null || given.isEmpty()) {
            throw new HubRefusedException(ErrorCode.ARGUMENT_NULL, "authChain is missing");
        }
        AuthChain chain = AuthChain.parse(given);
        if (!chain.actor().deviceId().equals(call.device())) {
            throw new HubRefusedException(
                    ErrorCode.UNAUTHORIZED,
                    "the auth chain ends at \"" + chain.actor() + "\", the call is made by the hub of \""
                            + call.device() + "\"");
        }
        return new OnBehalf(body, chain);
    }

    /** A text member, empty where it is absent. */
    String text(String name) throws HubRefusedException {
        String text = Json.textMember(body, name);
        return text == null ? "" : text;
    }
}
