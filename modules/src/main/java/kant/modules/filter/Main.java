package kant.modules.filter;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import kant.modules.edge.EdgeModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes readings of {@code input1} whose machine is warmer than the desired property {@code TemperatureThreshold} on to
 * {@code output1}. A message is settled only after what follows from it was acknowledged.
 */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);
    private static final double DEFAULT_THRESHOLD = 25;
    private static final int CALL_LIMIT_MILLIS = 20_000;

    private volatile double threshold = DEFAULT_THRESHOLD;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        var filter = new Main();
        try (var module = EdgeModule.open(
                (m, client) -> client.setMessageCallback("input1", (message, _) -> filter.receive(m, message), null))) {
            filter.followTwin(module);
            new CountDownLatch(1).await();
        }
    }

    private void followTwin(EdgeModule module) throws InterruptedException {
        try {
            module.client()
                    .subscribeToDesiredProperties(
                            (twin, _) -> take(twin.getDesiredProperties()), null, CALL_LIMIT_MILLIS);
            take(module.client().getTwin(CALL_LIMIT_MILLIS).getDesiredProperties());
        } catch (IotHubClientException | IllegalStateException e) {
            log.warn("the twin can't be read ({}); the threshold stays {}", e.getMessage(), threshold);
        }
    }

    private void take(TwinCollection desired) {
        if (desired.get("TemperatureThreshold") instanceof Number number) {
            threshold = number.doubleValue();
            log.info("threshold {}", threshold);
        }
    }

    private IotHubMessageResult receive(EdgeModule module, Message message) {
        String text = new String(message.getBytes(), StandardCharsets.UTF_8);
        try {
            double temperature = temperature(text);
            if (temperature > threshold) {
                module.send("output1", text, Map.of("MessageType", "Alert"));
            }
        } catch (JsonParseException | IllegalStateException | NumberFormatException | UnsupportedOperationException e) {
            log.warn("a message of {} bytes is not a reading: {}", message.getBytes().length, e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return IotHubMessageResult.ABANDON;
        }
        module.countReceived(message.getMessageId());
        return IotHubMessageResult.COMPLETE;
    }

    static double temperature(String json) {
        JsonElement machine = JsonParser.parseString(json).getAsJsonObject().get("machine");
        if (machine == null || machine.getAsJsonObject().get("temperature") == null) {
            throw new JsonParseException("it has no machine.temperature");
        }
        return machine.getAsJsonObject().get("temperature").getAsDouble();
    }
}
