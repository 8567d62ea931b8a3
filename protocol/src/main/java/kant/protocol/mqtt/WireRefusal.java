package kant.protocol.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import kant.model.error.Refusal;

/**
 * A refusal on the MQTT wire. A refused PUBLISH has no answer of its own in MQTT 3.1.1: its connection is closed.
 *
 * @param connack what a CONNECT is answered (device-protocols.md §1.3: 5 where the credential is at fault, 3 else)
 * @param twinStatus what a twin request is answered (§1.7)
 */
record WireRefusal(MqttConnectReturnCode connack, int twinStatus) {
    private static final MqttConnectReturnCode UNAUTHORIZED = MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
    private static final MqttConnectReturnCode UNAVAILABLE =
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;

    /** What a client gets where the fault is ours. */
    static final WireRefusal BUG = new WireRefusal(UNAVAILABLE, 500);

    static WireRefusal of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _ -> new WireRefusal(UNAUTHORIZED, 401);
            case Refusal.NotFound _ -> new WireRefusal(UNAUTHORIZED, 404);
            case Refusal.AlreadyExists _ -> new WireRefusal(UNAVAILABLE, 409);
            case Refusal.Invalid _ -> new WireRefusal(UNAVAILABLE, 400);
            case Refusal.PreconditionFailed _ -> new WireRefusal(UNAVAILABLE, 412);
            case Refusal.TooLarge _ -> new WireRefusal(UNAVAILABLE, 413);
            case Refusal.StoreFull _ -> new WireRefusal(UNAVAILABLE, 503);
            case Refusal.LimitExceeded _ -> new WireRefusal(UNAVAILABLE, 429);
            case Refusal.NotConnected _ -> new WireRefusal(UNAVAILABLE, 503);
            case Refusal.TimedOut _ -> new WireRefusal(UNAVAILABLE, 504);
            case Refusal.Unavailable _ -> new WireRefusal(UNAVAILABLE, 503);
        };
    }
}
