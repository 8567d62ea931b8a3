package kant.protocol.amqp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.amqp.wire.Guids;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.MethodRequest;
import kant.protocol.amqp.wire.MethodResponse;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.net.OnLoop;
import kant.protocol.port.Session;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;

/** Direct methods: calls on one link, answers on another, paired by a UUID of ours, whatever the hub's request id looks like. */
@OnLoop
final class MethodPair implements IncomingLink.Sink {
    /** Calls that wait for an answer, or for the client's credit; beyond, the oldest is given up: its caller's time runs out. */
    private static final int MAX_CALLS = 256;

    private final ConnectionContext connection;
    private final Session session;
    private final LockTokens ids;
    private final Deque<MethodRequest> waiting = new ArrayDeque<>();
    private final Map<UUID, String> requests = new LinkedHashMap<>();
    private @Nullable OutgoingLink calls;

    MethodPair(ConnectionContext connection, Session session, LockTokens ids) {
        this.connection = connection;
        this.session = session;
        this.ids = ids;
    }

    /** The client's link for calls. */
    void open(Sender sender) {
        calls = new OutgoingLink(connection, sender, this::pump);
        calls.open(SenderSettleMode.SETTLED, ReceiverSettleMode.FIRST);
    }

    /** The link for calls is gone; answers may still come. */
    void gone() {
        calls = null;
        waiting.clear();
    }

    void call(MethodCall call) {
        UUID id = ids.next();
        requests.put(id, call.requestId());
        waiting.add(new MethodRequest(id, call.name(), call.payload()));
        if (requests.size() > MAX_CALLS) {
            UUID oldest = requests.keySet().iterator().next();
            requests.remove(oldest);
            waiting.removeIf(request -> request.correlationId().equals(oldest));
        }
    }

    void ready() {
        if (calls != null) {
            calls.ready();
        }
    }

    @Override
    public void take(IncomingLink.Taken message) throws MalformedMessage {
        MethodResponse response = MethodResponse.read(SectionsCodec.decode(message.read()));
        String request = requests.remove(response.correlationId());
        if (request != null) { // else the answer is late, or nobody's
            session.methodResult(request, new MethodResult(response.status(), response.payload()));
        }
        message.accept();
    }

    private void pump() {
        OutgoingLink link = calls;
        while (link != null && !waiting.isEmpty() && link.canSend()) {
            MethodRequest request = waiting.remove();
            link.sendSettled(request.write(), Guids.bytes(request.correlationId()));
        }
    }
}
