package kant.upstream.amqp;

/** Delivery tags of one link: a counter, as short as it can be. */
final class Tags {
    private int last;

    byte[] next() {
        int tag = ++last;
        return new byte[] {(byte) (tag >> 24), (byte) (tag >> 16), (byte) (tag >> 8), (byte) tag};
    }
}
