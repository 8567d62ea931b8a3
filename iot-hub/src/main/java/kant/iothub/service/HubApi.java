package kant.iothub.service;

import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.model.error.RefusedException;
import kant.protocol.device.DeviceApi;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.protocol.port.HubPort;
import kant.world.Randomness;
import kant.world.Time;

/** All of a hub's HTTP: what devices ask, before what services ask; and every refusal in IoT Hub's form, whoever made it. */
public final class HubApi implements HttpHandler {
    private final HttpHandler api;
    private final Answers answers;

    public HubApi(HubPort devices, ServiceApi services, Time time, Randomness randomness) {
        api = DeviceApi.ofIotHub(devices, services);
        answers = new Answers(time, randomness);
    }

    @Override
    public HttpAnswer handle(HttpCall call) throws Exception {
        try {
            return api.handle(call);
        } catch (RefusedException e) {
            return answers.refused(new HubRefusedException(
                    ErrorCode.of(e.refusal()), e.refusal().reason()));
        }
    }
}
