package kant.protocol.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** A CONNECT that gets a code other than 0. */
final class ConnectRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final MqttConnectReturnCode code;
    private final String reason;

    ConnectRefused(MqttConnectReturnCode code, String reason) {
        super(reason, null, false, false);
        this.reason = reason;
        this.code = code;
    }

    MqttConnectReturnCode code() {
        return code;
    }

    String reason() {
        return reason;
    }
}
