package kant.protocol.amqp;

import java.util.EnumMap;
import java.util.Map;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.protocol.amqp.AmqpClientLink.Outbound;
import kant.protocol.net.OnLoop;
import kant.protocol.port.Session;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.jspecify.annotations.Nullable;

/** What runs on the links of one client, by kind. */
@OnLoop
final class ClientLinks {
    private final ConnectionContext connection;
    private final Session session;
    private final LockTokens locks;
    private final MethodPair methods;
    private final TwinPair twin;
    private final Map<LinkKind, Runnable> prepared = new EnumMap<>(LinkKind.class);
    private @Nullable DeliveryLink inputs;
    private @Nullable DeliveryLink cloudToDevice;

    ClientLinks(ConnectionContext connection, Session session) {
        this.connection = connection;
        this.session = session;
        locks = new LockTokens(connection.head().randomness());
        methods = new MethodPair(connection, session, locks);
        twin = new TwinPair(connection, session, locks);
    }

    /**
     * Makes ready what runs on a link to the client; what the hub has for it may come from here on.
     *
     * @return what to do when the link is gone
     */
    Runnable prepare(LinkKind kind, Sender sender) {
        return switch (kind) {
            case INPUTS -> {
                inputs = deliveries(kind, Feature.INPUTS, sender);
                yield inputs::gone;
            }
            case CLOUD_TO_DEVICE -> {
                cloudToDevice = deliveries(kind, Feature.CLOUD_TO_DEVICE, sender);
                yield cloudToDevice::gone;
            }
            case METHOD_CALLS -> {
                prepared.put(kind, () -> methods.open(sender));
                yield methods::gone;
            }
            case TWIN_REPLIES -> {
                prepared.put(kind, () -> twin.open(sender));
                yield twin::gone;
            }
            case TELEMETRY, METHOD_ANSWERS, TWIN_REQUESTS -> throw new IllegalArgumentException(kind + " is no sender");
        };
    }

    private DeliveryLink deliveries(LinkKind kind, Feature feature, Sender sender) {
        var link = new DeliveryLink(connection, session, feature, locks, sender);
        prepared.put(kind, link::open);
        return link;
    }

    /** Makes ready what takes in what the client sends. */
    Runnable prepare(LinkKind kind, Receiver receiver) {
        IncomingLink link = switch (kind) {
            case TELEMETRY ->
                new IncomingLink(
                        connection, receiver, connection.limits().window(), new TelemetrySink(connection, session));
            case METHOD_ANSWERS -> new IncomingLink(connection, receiver, TwinPair.WINDOW, methods);
            case TWIN_REQUESTS -> new IncomingLink(connection, receiver, TwinPair.WINDOW, twin);
            case INPUTS, CLOUD_TO_DEVICE, METHOD_CALLS, TWIN_REPLIES ->
                throw new IllegalArgumentException(kind + " is no receiver");
        };
        prepared.put(kind, () -> link.open(Links.sendsAsAsked(receiver)));
        return link::gone;
    }

    /** Answers the attach of the link that was made ready last. */
    void open(LinkKind kind) {
        Runnable open = prepared.remove(kind);
        if (open != null) {
            open.run();
        }
    }

    /** Takes something of the hub's; it leaves with {@link #ready}. False where too much waits. */
    boolean take(Outbound item) {
        switch (item) {
            case Outbound.Message(var delivery) -> {
                DeliveryLink link = delivery.feature() == Feature.INPUTS ? inputs : cloudToDevice;
                if (link == null) {
                    session.settle(delivery.id(), Settlement.RELEASED);
                } else {
                    link.add(delivery);
                }
            }
            case Outbound.Call(var call) -> methods.call(call);
            case Outbound.Desired(var patch) -> {
                return twin.desired(patch);
            }
        }
        return true;
    }

    /** Sends what there is credit and room for. */
    void ready() {
        if (inputs != null) {
            inputs.ready();
        }
        if (cloudToDevice != null) {
            cloudToDevice.ready();
        }
        methods.ready();
        twin.ready();
    }
}
