package kant.modules.edge;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.ConnectionStatusChangeContext;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubConnectionStatusChangeReason;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One module's connection to its Edge Hub, through the official device SDK and nothing else.
 *
 * <p>Every message gets the id {@code run-number}; the direct methods {@code counts} and {@code pause} tell how many were
 * acknowledged, so that an outsider can compare them with what arrived.
 */
public final class EdgeModule implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeModule.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);
    private static final int SEND_LIMIT_MILLIS = 60_000;
    private static final int CALL_LIMIT_MILLIS = 20_000;
    private static final int RECEIVE_INTERVAL_MILLIS = 500;

    private static final int RECENT_IDS = 10_000;

    private final ModuleClient client;
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final Map<String, Boolean> recent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > RECENT_IDS;
        }
    };
    private volatile boolean paused;

    private EdgeModule(ModuleClient client) {
        this.client = client;
    }

    /** What a module wants from its connection before it opens: input callbacks, mostly. */
    public interface Setup {
        void on(EdgeModule module, ModuleClient client);
    }

    /** Connects as the environment says, again and again until the hub lets it in, for a hub may start after its modules. */
    public static EdgeModule open(Setup setup) throws InterruptedException {
        Duration wait = FIRST_RETRY;
        while (true) {
            try {
                return connect(setup);
            } catch (IotHubClientException | RuntimeException e) {
                log.warn("not connected yet ({}), will try again in {} ms", e.getMessage(), wait.toMillis());
                Thread.sleep(wait);
                wait = wait.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : wait.multipliedBy(2);
            }
        }
    }

    private static EdgeModule connect(Setup setup) throws IotHubClientException, InterruptedException {
        var options =
                ClientOptions.builder().receiveInterval(RECEIVE_INTERVAL_MILLIS).build();
        ModuleClient client = ModuleClient.createFromEnvironment(new UnixChannel(), IotHubClientProtocol.MQTT, options);
        var module = new EdgeModule(client);
        setup.on(module, client);
        boolean opened = false;
        try {
            client.open(false);
            client.subscribeToMethods((method, _, _) -> module.answer(method), null, CALL_LIMIT_MILLIS);
            client.setConnectionStatusChangeCallback(module::connectionChanged, null);
            opened = true;
            return module;
        } finally {
            if (!opened) {
                client.close();
            }
        }
    }

    /** Whether somebody asked this module to send nothing new. */
    public boolean paused() {
        return paused;
    }

    /** Counts a message that came in, once however often it is delivered: at least once is the promise. */
    public void countReceived(String messageId) {
        synchronized (recent) {
            if (recent.put(messageId, true) == null) {
                received.incrementAndGet();
            }
        }
    }

    public ModuleClient client() {
        return client;
    }

    /** Sends JSON to an output and returns when the hub has acknowledged it; a failed send is repeated with the same id. */
    public void send(String output, String json, Map<String, String> properties) throws InterruptedException {
        String id = run + "-" + numbers.incrementAndGet();
        while (true) {
            try {
                client.sendEvent(message(id, json, properties), output, SEND_LIMIT_MILLIS);
                acknowledged.incrementAndGet();
                return;
            } catch (IotHubClientException | IllegalStateException e) {
                log.warn("message {} was not acknowledged ({}), sending it again", id, e.getMessage());
                Thread.sleep(FIRST_RETRY);
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static Message message(String id, String json, Map<String, String> properties) {
        var message = new Message(json.getBytes(StandardCharsets.UTF_8));
        message.setMessageId(id);
        message.setContentType("application/json");
        message.setContentEncoding("utf-8");
        properties.forEach(message::setProperty);
        return message;
    }

    private DirectMethodResponse answer(String method) {
        switch (method) {
            case "pause" -> paused = true;
            case "resume" -> paused = false;
            case "counts" -> {}
            default -> {
                return new DirectMethodResponse(
                        404, Map.of("message", "method \"" + method + "\" is unknown; use counts, pause or resume"));
            }
        }
        return new DirectMethodResponse(
                200, Map.of("run", run, "acknowledged", acknowledged.get(), "received", received.get()));
    }

    /** The SDK reconnects by itself; once it gives up for good, a fresh process is the way back, and the agent sees to that. */
    private void connectionChanged(ConnectionStatusChangeContext change) {
        log.info("connection {} ({})", change.getNewStatus(), change.getNewStatusReason());
        if (change.getNewStatus() == IotHubConnectionStatus.DISCONNECTED
                && change.getNewStatusReason() != IotHubConnectionStatusChangeReason.CLIENT_CLOSE) {
            Runtime.getRuntime().halt(1);
        }
    }
}
