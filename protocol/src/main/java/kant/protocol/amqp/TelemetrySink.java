package kant.protocol.amqp;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.amqp.wire.Telemetry;
import kant.protocol.head.Failures;
import kant.protocol.net.OnLoop;
import kant.protocol.port.Session;

/** A client's telemetry: each transfer, a message or a batch, is accepted when all that is in it is durable. */
@OnLoop
final class TelemetrySink implements IncomingLink.Sink {
    private final ConnectionContext connection;
    private final Session session;

    TelemetrySink(ConnectionContext connection, Session session) {
        this.connection = connection;
        this.session = session;
    }

    @Override
    public void take(IncomingLink.Taken message) throws MalformedMessage {
        List<Sections> messages =
                SectionsCodec.decode(message.read(), message.delivery().getMessageFormat());
        if (messages.isEmpty()) {
            throw new MalformedMessage("a batch without a message");
        }
        CompletableFuture<?>[] stages = new CompletableFuture<?>[messages.size()];
        for (int i = 0; i < stages.length; i++) {
            stages[i] = session.send(Telemetry.read(session.identity(), messages.get(i)))
                    .toCompletableFuture();
        }
        var _ = (stages.length == 1 ? stages[0] : CompletableFuture.allOf(stages))
                .whenComplete((_, failure) -> connection.loop().run(() -> {
                    if (failure == null) {
                        message.accept();
                    } else {
                        message.fail(Failures.cause(failure));
                    }
                }));
    }
}
