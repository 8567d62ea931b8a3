package kant.protocol.amqp.wire;

/**
 * A symbol as a value. protonj2's own keeps every short symbol that it has ever seen for as long as the process lives, so what
 * strangers write into messages must not become one.
 */
public record AmqpSymbol(String name) {
    @Override
    public String toString() {
        return name;
    }
}
