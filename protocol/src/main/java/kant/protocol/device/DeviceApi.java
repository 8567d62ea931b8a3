package kant.protocol.device;

import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.protocol.port.HubPort;

/**
 * IoT Hub's HTTP API for devices and modules: telemetry, cloud-to-device messages, and methods that modules call
 * (device-protocols.md §4.2, §4.3).
 */
public final class DeviceApi implements HttpHandler {
    private final HttpHandler others;

    private DeviceApi(HttpHandler others) {
        this.others = others;
    }

    /**
     * The API of an IoT hub. Method calls without {@code x-ms-edge-moduleId} are a service's, so they go to the others.
     *
     * @param others answers what is not of this API
     */
    public static DeviceApi ofIotHub(HubPort hub, HttpHandler others) {
        return new DeviceApi(others);
    }

    /**
     * The API of an edge hub. Methods are called by modules of its own device only, and answered in the original's form.
     *
     * @param edgeDevice the device that the hub runs on
     * @param others answers what is not of this API
     */
    public static DeviceApi ofEdgeHub(HubPort hub, String edgeDevice, HttpHandler others) {
        return new DeviceApi(others);
    }

    /** For {@code others} where there is nothing else: answers 404. */
    public static HttpAnswer nothing(HttpCall call) throws RefusedException {
        throw new RefusedException(new Refusal.NotFound(call.method() + " " + call.rawPath() + " is not offered here"));
    }

    @Override
    public HttpAnswer handle(HttpCall call) throws Exception {
        return others.handle(call);
    }
}
