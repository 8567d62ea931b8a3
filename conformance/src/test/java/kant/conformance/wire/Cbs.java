package kant.conformance.wire;

import java.io.IOException;
import java.util.UUID;

/** The token exchange of an AMQP connection (device-protocols.md §3.2). */
public final class Cbs {
    private static final String TOKEN_TYPE = "servicebus.windows.net:sastoken";

    private final AmqpSender requests;
    private final AmqpReceiver replies;

    private Cbs(AmqpSender requests, AmqpReceiver replies) {
        this.requests = requests;
        this.replies = replies;
    }

    public static Cbs on(AmqpClient client) throws IOException {
        return new Cbs(client.sender("$cbs"), client.receiver("$cbs", 50));
    }

    /** Puts a token; the status code of the answer. */
    public int put(String name, String token) throws IOException {
        return (int) exchange(putToken(name, token).id(UUID.randomUUID())).application("status-code");
    }

    /** Sends a request and waits for the answer. */
    public AmqpMessage exchange(AmqpMessage request) throws IOException {
        requests.send(request);
        return replies.accept();
    }

    public static AmqpMessage putToken(String name, Object body) {
        return AmqpMessage.value(body)
                .to("$cbs")
                .with("operation", "put-token")
                .with("type", TOKEN_TYPE)
                .with("name", name);
    }
}
