package kant.upstream.amqp;

import java.util.ArrayDeque;
import java.util.Deque;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import org.apache.qpid.protonj2.engine.Sender;

/** Sends what is answered by a message, if at all, and so needs no disposition; what there is no credit for waits. */
final class SettledSender {
    private final LinkWriter writer;
    private final int most;
    private final Deque<Sections> waiting = new ArrayDeque<>();

    /** @param most messages that may wait */
    SettledSender(Sender sender, int most) {
        writer = new LinkWriter(sender);
        this.most = most;
        sender.creditStateUpdateHandler(_ -> pump());
    }

    /** Whether there was room for it. */
    boolean send(Sections message) {
        if (waiting.size() >= most) {
            return false;
        }
        waiting.add(message);
        pump();
        return true;
    }

    private void pump() {
        while (writer.ready() && !waiting.isEmpty()) {
            writer.writeSettled(SectionsCodec.encode(waiting.remove()));
        }
    }
}
