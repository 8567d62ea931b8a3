package kant.upstream.amqp;

import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages on one link, one after the other. A message that the session's window lets through only in part is gone on
 * with later; until then nothing else can be written.
 */
final class LinkWriter {
    private final Sender sender;
    private int lastTag;
    private @Nullable OutgoingDelivery partial;
    private @Nullable ProtonBuffer rest;

    LinkWriter(Sender sender) {
        this.sender = sender;
    }

    /** Whether a message can be begun now; goes on with one that was not finished. */
    boolean ready() {
        if (partial != null && rest != null && sender.isSendable()) {
            continueWith(partial, rest);
        }
        return partial == null && sender.isSendable();
    }

    /** Writes a message that waits for its disposition; only where {@link #ready}. */
    OutgoingDelivery write(ProtonBuffer message) {
        OutgoingDelivery delivery = sender.next().setTag(tag());
        continueWith(delivery, message);
        return delivery;
    }

    /** Writes a message that no disposition is awaited for; only where {@link #ready}. */
    void writeSettled(ProtonBuffer message) {
        continueWith(sender.next().setTag(tag()).settle(), message);
    }

    private void continueWith(OutgoingDelivery delivery, ProtonBuffer message) {
        delivery.writeBytes(message);
        boolean finished = !message.isReadable();
        partial = finished ? null : delivery;
        rest = finished ? null : message;
    }

    private byte[] tag() {
        int tag = ++lastTag;
        return new byte[] {(byte) (tag >> 24), (byte) (tag >> 16), (byte) (tag >> 8), (byte) tag};
    }
}
