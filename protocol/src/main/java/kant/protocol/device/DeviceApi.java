package kant.protocol.device;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Settlement;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.protocol.port.HubPort;

/**
 * IoT Hub's HTTP API for devices and modules: telemetry, cloud-to-device messages, and methods that modules call
 * (device-protocols.md §4.2, §4.3). Which methods a caller may call, and all else about who may do what, is the hub's question.
 */
public final class DeviceApi implements HttpHandler {
    private final Callers callers;
    private final MethodDoor methods;
    private final HttpHandler others;

    private DeviceApi(Callers callers, MethodDoor methods, HttpHandler others) {
        this.callers = callers;
        this.methods = methods;
        this.others = others;
    }

    /**
     * The API of an IoT hub. Method calls without {@code x-ms-edge-moduleId} are a service's, so they go to the others.
     *
     * @param others answers what is not of this API
     */
    public static DeviceApi ofIotHub(HubPort hub, HttpHandler others) {
        var callers = new Callers(hub, Optional.empty());
        return new DeviceApi(callers, new IotHubMethods(callers, others), others);
    }

    /**
     * The API of an edge hub. Methods are called by modules of its own device only, and answered in the original's form; a call
     * without {@code x-ms-edge-moduleId} is answered 400.
     *
     * @param edgeDevice the device that the hub runs on
     * @param proxyModule the module of that device that may hand on the client certificates of those behind it, by the header
     *     {@code x-ms-edge-clientcert}
     * @param others answers what is not of this API
     */
    public static DeviceApi ofEdgeHub(HubPort hub, String edgeDevice, String proxyModule, HttpHandler others) {
        var callers = new Callers(hub, Optional.of(IdentityId.module(edgeDevice, proxyModule)));
        return new DeviceApi(callers, new EdgeHubMethods(callers, edgeDevice), others);
    }

    /** For {@code others} where there is nothing else: answers 404. */
    public static HttpAnswer nothing(HttpCall call) throws RefusedException {
        throw new RefusedException(new Refusal.NotFound(call.method() + " " + call.rawPath() + " is not offered here"));
    }

    @Override
    public HttpAnswer handle(HttpCall call) throws Exception {
        Optional<Addressed> target = Addressed.read(call.path());
        if (target.isEmpty()) {
            return others.handle(call);
        }
        IdentityId identity = target.get().identity();
        List<String> rest = target.get().rest();
        return switch (target.get().collection()) {
            case Addressed.DEVICES -> ofClient(call, identity, rest);
            case Addressed.TWINS ->
                call.method().equals("POST") && rest.equals(List.of("methods"))
                        ? methods.invoke(call, identity)
                        : others.handle(call);
            default -> others.handle(call);
        };
    }

    private HttpAnswer ofClient(HttpCall call, IdentityId identity, List<String> rest) throws Exception {
        if (rest.size() < 2 || !rest.getFirst().equals("messages")) {
            return others.handle(call);
        }
        Optional<HttpAnswer> unversioned = ApiVersion.check(call);
        if (unversioned.isPresent()) {
            return unversioned.get();
        }
        String operation = call.method() + " " + rest.get(1).toLowerCase(Locale.ROOT);
        int further = rest.size() - 2;
        if (operation.equals("POST events") && further == 0) {
            return Telemetry.send(call, callers.of(call, identity));
        }
        if (operation.equals("GET devicebound") && further == 0) {
            return CloudToDevice.receive(call, callers.of(call, identity));
        }
        if (operation.equals("DELETE devicebound") && further == 1) {
            return CloudToDevice.settle(callers.of(call, identity), rest.get(2), CloudToDevice.completion(call));
        }
        if (operation.equals("POST devicebound") && further == 2 && rest.get(3).equals("abandon")) {
            return CloudToDevice.settle(callers.of(call, identity), rest.get(2), Settlement.RELEASED);
        }
        return others.handle(call);
    }
}
