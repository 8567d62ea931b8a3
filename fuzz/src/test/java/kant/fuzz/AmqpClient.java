package kant.fuzz;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import kant.protocol.amqp.wire.PutToken;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.amqp.wire.Telemetry;
import kant.protocol.amqp.wire.TwinRequest;
import kant.protocol.net.ChannelService;
import kant.testkit.sim.SimTasks;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.engine.exceptions.EngineStateException;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;

/** An AMQP client that does as it should, whose bytes may be changed on their way. */
final class AmqpClient implements AutoCloseable {
    private static final String TOKEN =
            "SharedAccessSignature sr=hub.kant.test%2Fdevices%2Fleaf&sig=AAAA&se=4102444800";
    private static final String DEVICE = "/devices/leaf";

    private final Engine engine = EngineFactory.PROTON.createNonSaslEngine();
    private final Deque<byte[]> toHub = new ArrayDeque<>();
    private final Deque<byte[]> fromHub = new ArrayDeque<>();
    private final UnaryOperator<byte[]> way;
    private final Victim victim;

    AmqpClient(ChannelService service, UnaryOperator<byte[]> way) {
        this.way = way;
        victim = new Victim(service, new SimTasks(), fromHub::add);
        engine.outputHandler((ProtonBuffer buffer) -> {
            byte[] bytes = new byte[buffer.getReadableBytes()];
            buffer.readBytes(bytes, 0, bytes.length);
            toHub.add(bytes);
        });
        engine.errorHandler(_ -> {});
    }

    /** Sends bytes of somebody else's making on the same connection. */
    void send(byte[] bytes) {
        victim.send(bytes);
        pump();
    }

    /** Opens the connection and a session. */
    Session open() {
        engine.start();
        engine.connection().setContainerId("c").setHostname("hub.kant.test").open();
        Session session = engine.connection().session().open();
        pump();
        return session;
    }

    /** Puts the token of a device, and does a bit of everything that a device does. */
    void converse(Session session) {
        tolerant(() -> steps(session));
    }

    private void steps(Session session) {
        Sender cbs = sender(session, "$cbs");
        Receiver replies = receiver(session, "$cbs");
        send(cbs, new PutToken("1", "hub.kant.test/devices/leaf", TOKEN).write());
        Sender events = sender(session, DEVICE + "/messages/events");
        send(events, Telemetry.write(SampleMessages.ALL.getFirst()));
        Receiver commands = receiver(session, DEVICE + "/messages/devicebound");
        sender(session, DEVICE + "/methods/devicebound");
        receiver(session, DEVICE + "/methods/devicebound");
        Sender twin = sender(session, DEVICE + "/twin");
        receiver(session, DEVICE + "/twin");
        send(twin, new TwinRequest(TwinRequest.Operation.GET, "1", new byte[0]).write());
        tolerant(commands::close);
        tolerant(events::detach);
        tolerant(replies::close);
        tolerant(() -> engine.connection().close());
        pump();
    }

    @Override
    public void close() {
        victim.close();
    }

    private Sender sender(Session session, String address) {
        Sender sender = session.sender("s" + address);
        sender.setSource(new Source().setAddress("c"));
        sender.setTarget(new Target().setAddress(address));
        tolerant(sender::open);
        pump();
        return sender;
    }

    private Receiver receiver(Session session, String address) {
        Receiver receiver = session.receiver("r" + address);
        receiver.setSource(new Source().setAddress(address));
        receiver.setTarget(new Target().setAddress("c"));
        tolerant(() -> {
            receiver.open();
            receiver.addCredit(10);
        });
        pump();
        return receiver;
    }

    private void send(Sender sender, Sections message) {
        tolerant(() -> {
            if (sender.isSendable()) {
                OutgoingDelivery delivery = sender.next().setTag(new byte[] {1});
                delivery.writeBytes(SectionsCodec.encode(message));
            }
        });
        pump();
    }

    /** The hub may have ended the connection, rightly: what was sent was no longer what we meant. */
    private static void tolerant(Runnable step) {
        try {
            step.run();
        } catch (EngineStateException | IllegalStateException _) {
            // the client's engine knows that the connection is over
        }
    }

    private void pump() {
        while (!toHub.isEmpty() || !fromHub.isEmpty()) {
            for (byte[] bytes = toHub.poll(); bytes != null; bytes = toHub.poll()) {
                victim.send(way.apply(bytes));
            }
            for (byte[] bytes = fromHub.poll(); bytes != null; bytes = fromHub.poll()) {
                byte[] read = bytes;
                if (read.length > 0) {
                    tolerant(() -> engine.ingest(
                            ProtonBufferAllocator.defaultAllocator().copy(read)));
                }
            }
        }
    }
}
