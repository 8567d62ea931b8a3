package kant.conformance.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.edge.DirectMethodRequest;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Waits;
import kant.conformance.harness.SasIdentity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Check 94: the Java SDK's modules over every transport. Started from the daemon's environment they run in {@code DemoTest}. */
class JavaModuleTest {
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    @ParameterizedTest
    @MethodSource("kant.conformance.sdk.Way#connected")
    void check_94_a_module_sends_reports_and_answers(Way way) throws Exception {
        SasIdentity module = way.hub().module("java");
        String id = Hub.fresh("java-module");
        BlockingQueue<Twin> patches = new LinkedBlockingQueue<>();
        ModuleClient client = way.module(module);
        client.open(false);
        try {
            client.sendEvent(Way.message(id, "{}"), "out put", Way.CALL_MILLIS);
            assertThat(Doors.open().telemetry().await(id).path("moduleId").asText())
                    .isEqualTo(module.module());

            client.subscribeToDesiredProperties((twin, _) -> patches.add(twin), null, Way.CALL_MILLIS);
            Way.twin(client::getTwin);
            Way.twin(millis -> client.updateReportedProperties(new TwinCollection(Map.of("speed", 7)), millis));
            Doors.open().service().patchTwin(module.clientId(), "{\"rate\":5}");
            assertThat(patches.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS))
                    .as("the desired patch")
                    .isNotNull();

            client.subscribeToMethods((_, _, _) -> new DirectMethodResponse(218, "done"), null, Way.CALL_MILLIS);
            assertThat(Doors.open()
                            .service()
                            .method(module.clientId(), "reboot", "null", 20, 15)
                            .require(200)
                            .json()
                            .path("status")
                            .asInt())
                    .isEqualTo(218);
        } finally {
            client.close();
        }
        Waits.until(
                "the reported property at the stand-in",
                ARRIVAL,
                () -> Doors.open()
                                .service()
                                .twin(module.clientId())
                                .at("/properties/reported/speed")
                                .asInt()
                        == 7);
    }

    @ParameterizedTest
    @MethodSource("kant.conformance.sdk.Way#connected")
    void check_94_inputs_and_methods_between_modules_go_through_the_edge_hub(Way way) throws Exception {
        if (way.hub() != Hub.EDGE_HUB) {
            return;
        }
        SasIdentity sink = Doors.open().module("javaSink");
        SasIdentity source = Hub.EDGE_HUB.module("java");
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        ModuleClient to = way.module(sink);
        to.setMessageCallback(
                "in1",
                (message, _) -> {
                    received.add(message);
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        ModuleClient from = way.module(source);
        to.open(false);
        from.open(false);
        try {
            Message message = Way.message("to-java", "{\"n\":3}");
            message.setProperty("sink", "javaSink");
            from.sendEvent(message, "out", Way.CALL_MILLIS);
            Message arrived = received.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
            assertThat(arrived).as("message at the input").isNotNull();
            assertThat(arrived.getMessageId()).isEqualTo("to-java");
            assertThat(arrived.getInputName()).isEqualTo("in1");
            assertThat(new String(arrived.getBytes(), StandardCharsets.UTF_8)).isEqualTo("{\"n\":3}");

            to.subscribeToMethods(
                    (_, payload, _) -> new DirectMethodResponse(219, payload.getPayloadAsJsonString()),
                    null,
                    Way.CALL_MILLIS);
            var answer = from.invokeMethod(
                    sink.device(), sink.module(), new DirectMethodRequest("ask", "{\"a\":1}", 20, 15));
            assertThat(answer.getStatus()).isEqualTo(219);
        } finally {
            from.close();
            to.close();
        }
    }
}
