package kant.protocol.web;

/** Why a WebSocket is closed, as RFC 6455 §7.4.1 numbers it. */
enum CloseCode {
    NORMAL(1000),
    PROTOCOL_ERROR(1002),
    /** Text, where only bytes are spoken. */
    UNSUPPORTED_DATA(1003),
    TOO_LARGE(1009);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
