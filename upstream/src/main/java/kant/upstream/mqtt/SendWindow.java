package kant.upstream.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import kant.model.error.Refusal;
import kant.upstream.budget.Budget;

/**
 * The messages of one connection on their way up: a bounded number on the wire at a time, pipelined, the rest waiting in
 * order for room, in the window and in the socket. Owned by the event loop.
 */
final class SendWindow {
    private final PacketWriter writer;
    private final Unacknowledged unacknowledged;
    private final int inFlight;
    private final int window;
    private final Budget budget;
    private final Deque<Request.Publish> waiting = new ArrayDeque<>();
    private boolean resting;

    SendWindow(PacketWriter writer, Unacknowledged unacknowledged, int inFlight, int window, Budget budget) {
        this.writer = writer;
        this.unacknowledged = unacknowledged;
        this.inFlight = inFlight;
        this.window = window;
        this.budget = budget;
    }

    /** Takes a message, or refuses it where the window is full. */
    void send(Request.Publish message) {
        if (waiting.size() + unacknowledged.size() >= window) {
            message.fail(new Refusal.LimitExceeded(window + " messages wait for the parent already"));
            return;
        }
        waiting.add(message);
        pump();
    }

    /** Puts on the wire what there is room for; called again when room appears. */
    void pump() {
        while (!waiting.isEmpty() && unacknowledged.size() < inFlight && writer.hasRoom()) {
            if (!budget.open()) {
                waitForBudget();
                return;
            }
            Request.Publish message = waiting.remove();
            int packetId = unacknowledged.add(message, writer.now());
            writer.write(Packets.publish(packetId, message));
            if (budget.limits().any()) {
                writer.flush(); // so that the budget knows what it cost before the next one
            }
        }
    }

    private void waitForBudget() {
        if (!resting) {
            resting = true;
            budget.whenOpen(() -> writer.run(() -> {
                resting = false;
                pump();
            }));
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty() && unacknowledged.isEmpty();
    }

    /** The connection is gone: everything fails, in the order it was sent. */
    void failAll(Refusal refusal) {
        List<Request> sent = unacknowledged.clear();
        List<Request> unsent = List.copyOf(waiting);
        waiting.clear();
        sent.forEach(request -> request.fail(refusal));
        unsent.forEach(request -> request.fail(refusal));
    }
}
