package kant.protocol.device;

import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;

/** How a hub takes {@code POST /twins/{d}[/modules/{m}]/methods}. */
sealed interface MethodDoor permits EdgeHubMethods, IotHubMethods {

    /** Who calls, as {@code device/module}. */
    String CALLER = "x-ms-edge-moduleid";

    HttpAnswer invoke(HttpCall call, IdentityId target) throws Exception;
}
