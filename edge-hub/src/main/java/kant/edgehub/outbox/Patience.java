package kant.edgehub.outbox;

import java.util.LinkedHashMap;
import java.util.Map;
import kant.store.Entry;

/**
 * How often a receiver may give the same message back before it is dropped, and counted, so that one that is never taken does not
 * hold up the others for ever. A receiver that is away, or does not answer, is another matter: that is no fault of the message's.
 * Owned by the outbox's thread; a new process counts anew.
 */
final class Patience {
    static final String GIVEN_BACK_TOO_OFTEN = "given-back-too-often";

    /** As often as IoT Hub hands a cloud-to-device message out; with the rests between, some four minutes. */
    static final int MOST_TIMES = 10;

    /** Messages that are remembered: what was given back and then expired is forgotten in the end. */
    private static final int MOST_MESSAGES = 1024;

    private final Map<Long, Integer> timesBySequence = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
            return size() > MOST_MESSAGES;
        }
    };

    /** What becomes of a message that has ended so. */
    Fate judge(Entry entry, Fate fate) {
        return switch (fate) {
            case Fate.Delivered _, Fate.Dropped _ -> {
                timesBySequence.remove(entry.sequence());
                yield fate;
            }
            case Fate.Retry _ -> fate;
            case Fate.GivenBack _ -> {
                if (timesBySequence.merge(entry.sequence(), 1, Integer::sum) < MOST_TIMES) {
                    yield fate;
                }
                timesBySequence.remove(entry.sequence());
                yield new Fate.Dropped(GIVEN_BACK_TOO_OFTEN);
            }
        };
    }
}
