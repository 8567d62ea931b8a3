package kant.conformance.sdk;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import kant.conformance.Hub;
import kant.conformance.harness.SasIdentity;

/** A transport of the Java SDK to one of the hubs. */
record Way(Hub hub, IotHubClientProtocol protocol) {
    static final int CALL_MILLIS = 30_000;

    private static final int TWIN_MILLIS = 10_000;

    /** Makes a race inside the SDK rare (real-clients.md §2.6). */
    private static final int RECEIVE_MILLIS = 300;

    /** Those that hold a connection; HTTPS does not. */
    static Stream<Way> connected() {
        return Stream.of(Hub.values())
                .flatMap(hub -> Arrays.stream(IotHubClientProtocol.values())
                        .filter(protocol -> protocol != IotHubClientProtocol.HTTPS)
                        .map(protocol -> new Way(hub, protocol)));
    }

    /** HTTPS too, which the SDK refuses through a gateway. */
    static Stream<Way> all() {
        return Stream.concat(connected(), Stream.of(new Way(Hub.STAND_IN, IotHubClientProtocol.HTTPS)));
    }

    boolean overMqtt() {
        return protocol == IotHubClientProtocol.MQTT || protocol == IotHubClientProtocol.MQTT_WS;
    }

    DeviceClient device(SasIdentity identity) throws Exception {
        return new DeviceClient(
                hub.connectionString(identity), protocol, options().build());
    }

    ModuleClient module(SasIdentity identity) throws Exception {
        return new ModuleClient(
                hub.connectionString(identity), protocol, options().build());
    }

    ClientOptions.ClientOptionsBuilder options() throws Exception {
        return ClientOptions.builder().sslContext(hub.trust()).receiveInterval(RECEIVE_MILLIS);
    }

    /** A call about a twin within so many milliseconds. */
    interface TwinCall {
        void within(int millis) throws IotHubClientException, InterruptedException;
    }

    /** Asks once more where no answer came: by that race the SDK forgets who waits for an answer that is there. */
    static void twin(TwinCall call) throws IotHubClientException, InterruptedException {
        try {
            call.within(TWIN_MILLIS);
        } catch (IotHubClientException e) {
            if (e.getStatusCode() != IotHubStatusCode.DEVICE_OPERATION_TIMED_OUT) {
                throw e;
            }
            call.within(TWIN_MILLIS);
        }
    }

    static Message message(String id, String json) {
        var message = new Message(json.getBytes(StandardCharsets.UTF_8));
        message.setMessageId(id);
        message.setContentType("application/json");
        message.setContentEncoding("utf-8");
        return message;
    }

    @Override
    public String toString() {
        return protocol + " to " + hub;
    }
}
