package kant.edgeagent.method;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** Keeps the first bytes and counts the rest. */
final class CappedBytes extends OutputStream {
    private final int most;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long size;

    CappedBytes(int most) {
        this.most = most;
    }

    @Override
    public void write(int b) {
        if (size++ < most) {
            kept.write(b);
        }
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        kept.write(bytes, from, (int) Math.max(0, Math.min(count, most - size)));
        size += count;
    }

    /** How many there were. */
    long size() {
        return size;
    }

    byte[] toByteArray() {
        return kept.toByteArray();
    }
}
