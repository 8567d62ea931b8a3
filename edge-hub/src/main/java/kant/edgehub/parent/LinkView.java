package kant.edgehub.parent;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;

/**
 * The link to the parent as modules may see it.
 *
 * @param since when it became so, by the wall clock
 * @param lasts for how long it has been so, which no jump of the wall clock changes
 * @param transitions changes since the start
 * @param pending messages that wait for the parent, or are on their way there
 * @param oldest how long the first of them has waited; zero where there is none
 */
public record LinkView(State state, Instant since, Duration lasts, long transitions, long pending, Duration oldest) {

    /** Younger messages are on their way rather than waiting. */
    private static final Duration WAITING = Duration.ofMinutes(1);

    /** Connecting is what it is until the first attempt has failed. */
    public enum State {
        UP("up"),
        CONNECTING("connecting"),
        DOWN("down");

        private final String text;

        State(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** The same with no queue where what there is only passes through: for whoever should not hear of each message. */
    public LinkView settled() {
        return state == State.UP && oldest.compareTo(WAITING) < 0
                ? new LinkView(state, since, lasts, transitions, 0, Duration.ZERO)
                : this;
    }

    /** As it stands in the twin and in answers to requests. */
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("state", state.text())
                .put("since", since.toString())
                .put("oldestPendingSeconds", oldest.toSeconds())
                .put("pendingMessages", pending);
    }
}
