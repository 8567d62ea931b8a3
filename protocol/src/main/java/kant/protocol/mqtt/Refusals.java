package kant.protocol.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import java.io.IOException;
import kant.model.error.RefusedException;
import kant.protocol.head.Ending;
import org.slf4j.event.Level;

/** What the hub's refusals mean on an MQTT connection. */
final class Refusals {
    private Refusals() {}

    static WireRefusal onWire(Throwable cause) {
        return cause instanceof RefusedException e ? WireRefusal.of(e.refusal()) : WireRefusal.BUG;
    }

    /** A CONNECT that was answered with another code than 0. */
    static Ending refused(MqttConnectReturnCode code, String reason) {
        return Ending.refused("code " + code.byteValue() + ": " + reason);
    }

    /** The hub did not take a message: MQTT 3.1.1 has no other answer than to close. */
    static Ending untaken(Throwable cause) {
        return switch (cause) {
            case RefusedException e ->
                new Ending(
                        Level.WARN,
                        "connection closed, a message was refused",
                        e.refusal().reason(),
                        null);
            case IOException e ->
                new Ending(Level.ERROR, "connection closed, the hub could not take a message", String.valueOf(e), null);
            default -> Ending.bug(cause);
        };
    }
}
