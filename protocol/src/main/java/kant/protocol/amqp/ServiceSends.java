package kant.protocol.amqp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.amqp.wire.Telemetry;
import kant.protocol.head.Failures;
import kant.protocol.net.OnLoop;
import kant.protocol.port.ServiceSession;
import org.jspecify.annotations.Nullable;

/** What a service application sends to devices (service-protocols.md §3.1): the addressee stands in the message's {@code to}. */
@OnLoop
final class ServiceSends implements IncomingLink.Sink {
    private final ConnectionContext connection;
    private final ServiceSession session;

    ServiceSends(ConnectionContext connection, ServiceSession session) {
        this.connection = connection;
        this.session = session;
    }

    @Override
    public void take(IncomingLink.Taken message) throws MalformedMessage, RefusedException {
        var sections = SectionsCodec.decode(message.read());
        IdentityId target = target(sections.properties().to());
        var _ = session.send(target, addressed(Telemetry.read(target, sections)))
                .whenComplete((_, failure) -> connection.loop().run(() -> {
                    if (failure == null) {
                        message.accept();
                    } else {
                        message.fail(Failures.cause(failure));
                    }
                }));
    }

    private static IdentityId target(@Nullable String to) throws RefusedException {
        if (to != null) {
            Address address = Address.parse(to);
            if (address.kind() == Address.Kind.DEVICE_BOUND && address.identity() != null) {
                return address.identity();
            }
        }
        throw new RefusedException(
                new Refusal.Invalid("the message's property \"to\" is not /devices/{id}/messages/devicebound"));
    }

    /** Java writes {@code positiveonly} where others write {@code positive}. */
    private static Message addressed(Message message) {
        String ack = message.systemProperties().get(SystemProperties.ACK);
        if (ack == null) {
            return message;
        }
        Map<String, String> system = new HashMap<>(message.systemProperties());
        system.put(
                SystemProperties.ACK,
                switch (ack.toLowerCase(Locale.ROOT)) {
                    case "positiveonly" -> "positive";
                    case "negativeonly" -> "negative";
                    default -> ack;
                });
        return new Message(message.sender(), system, message.properties(), message.payload());
    }
}
