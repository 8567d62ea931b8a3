package kant.edgeagent.upload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Sends what is written in blocks, so that no more than one of them is in memory. */
final class BlobStream extends OutputStream {
    /** Of the four megabytes that the service takes in an append, a part that a small device can spare. */
    private static final int BLOCK_BYTES = 512 * 1024;

    private final Sender sender;
    private final End end;
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private boolean closed;
    private boolean failed;

    interface Sender {
        void send(byte[] block) throws IOException;
    }

    interface End {
        void reached() throws IOException;
    }

    BlobStream(Sender sender, End end) {
        this.sender = sender;
        this.end = end;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        int at = from;
        int left = count;
        while (left > 0) {
            int part = Math.min(left, BLOCK_BYTES - block.size());
            block.write(bytes, at, part);
            at += part;
            left -= part;
            if (block.size() == BLOCK_BYTES) {
                sendBlock();
            }
        }
    }

    private void sendBlock() throws IOException {
        byte[] full = block.toByteArray();
        block.reset();
        failed = true; // unless it succeeds: a stream with a hole must not be ended as if it were whole
        sender.send(full);
        failed = false;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (failed) {
            return;
        }
        if (block.size() > 0) {
            sendBlock();
        }
        end.reached();
    }
}
