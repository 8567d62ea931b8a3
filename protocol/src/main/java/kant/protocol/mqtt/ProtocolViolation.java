package kant.protocol.mqtt;

/** A peer sent what MQTT or IoT Hub's use of it does not allow; the connection it came on cannot go on. Not a bug: no stack trace. */
public final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1L;

    public ProtocolViolation(String what) {
        super(what, null, false, false);
    }
}
