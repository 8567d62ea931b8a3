package kant.protocol.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** A CONNECT that gets a code other than 0. */
final class ConnectRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final MqttConnectReturnCode code;

    ConnectRefused(MqttConnectReturnCode code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    MqttConnectReturnCode code() {
        return code;
    }
}
