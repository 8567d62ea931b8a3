package kant.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.store.segment.Segment;
import kant.store.segment.SegmentLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room in a full store by giving up messages whose own routes allow it. On the writer thread.
 *
 * <p>Space comes back by segments, and a segment holds messages of many endpoints. So the oldest segment is chosen of which enough
 * may go; what may go is dropped of it and of all before it, so that of each cursor the oldest goes first; and what must stay of it
 * is copied into a smaller file. Messages that are being sent always stay. Deciding takes the summaries of segments and what the
 * cursors hold, no look into the log.
 */
final class Evictor {
    private static final Logger log = LoggerFactory.getLogger(Evictor.class);

    /** With so little of a segment that stays, the oldest one is chosen. */
    private static final double CHEAP_STAYING = 0.5;

    /** With more, copying costs more than it gives. */
    private static final double MOST_STAYING = 0.875;

    /** A compacted file of at most this part of a segment is written again together with the segment after it. */
    private static final int SMALL_PART = 4;

    private final StoreState state;
    private final SegmentLog segments;
    private final Checkpointer checkpointer;

    /** Of segments that were compacted, or would not get smaller: how many messages they held then, one for each endpoint. */
    private final Map<Long, Long> heldAfter = new HashMap<>();

    Evictor(StoreState state, Checkpointer checkpointer) {
        this.state = state;
        this.checkpointer = checkpointer;
        segments = state.log();
    }

    /** What may go, and how that is counted. */
    private record Demand(Predicate<PriorityCursor> mayGo, String reason) {}

    /**
     * Makes some room for a message with these targets; to be called again while it is not enough.
     *
     * @return false if nothing (more) may go
     */
    boolean makeRoom(List<Target> targets, int nextCursorId) {
        heldAfter.keySet().retainAll(state.summaries().keySet());
        for (Demand demand : demands(targets)) {
            Segment victim = victim(demand);
            if (victim != null && checkpointer.failure() == null) {
                return evict(victim, demand, nextCursorId);
            }
        }
        return false;
    }

    // -- who --------------------------------------------------------------------------------------------------------

    /** Of the message's own endpoints what its routes ask for, then the oldest of whose routes allow it. */
    private List<Demand> demands(List<Target> targets) {
        var demands = new ArrayList<Demand>();
        for (Target target : targets) {
            if (target.policy().whenFull() == Policy.WhenFull.DROP_LOWEST_PRIORITY) {
                demands.addAll(lowestFirst(target));
            }
        }
        demands.add(new Demand(
                c -> c.key().policy().whenFull() == Policy.WhenFull.DROP_OLDEST, DropReason.EVICTED_OLDEST));
        return demands;
    }

    /** The endpoint's lowest priority, then the lowest two, and so on, all below the target's. */
    private List<Demand> lowestFirst(Target target) {
        return state.endpoint(target.endpoint()).priorities().stream()
                .filter(priority -> priority > target.priority())
                .map(least -> new Demand(
                        c -> c.endpoint().equals(target.endpoint())
                                && c.priority() >= least
                                && c.key().policy().whenFull() != Policy.WhenFull.REFUSE,
                        DropReason.EVICTED_PRIORITY))
                .toList();
    }

    // -- from where -------------------------------------------------------------------------------------------------

    /** The oldest segment of which half is gone or may go; without one, that of which most is; null if that is too little. */
    private @Nullable Segment victim(Demand demand) {
        Segment best = null;
        double least = MOST_STAYING;
        for (Segment segment : segments.segments()) {
            SegmentSummary summary = state.summaries().get(segment.number());
            double part = segment.sealed() && summary != null ? partStaying(segment, summary, demand) : 1;
            if (part <= CHEAP_STAYING) {
                return segment;
            }
            if (part < least) {
                least = part;
                best = segment;
            }
        }
        return best;
    }

    private double partStaying(Segment segment, SegmentSummary summary, Demand demand) {
        long held = summary.spans().stream()
                .mapToLong(span -> span.last() - span.first() + 1)
                .sum();
        return (double) staying(segment, summary, demand.mayGo) / heldAfter.getOrDefault(segment.number(), held);
    }

    private long staying(Segment segment, SegmentSummary summary, Predicate<PriorityCursor> mayGo) {
        return summary.spans().stream()
                .mapToLong(span -> state.endpoint(span.endpoint()).staying(span, segment, mayGo))
                .sum();
    }

    // -- how --------------------------------------------------------------------------------------------------------

    private boolean evict(Segment victim, Demand demand, int nextCursorId) {
        SegmentSummary summary = state.summaries().get(victim.number());
        long dropped = 0;
        for (SegmentSummary.Span span : summary.spans()) {
            dropped += state.endpoint(span.endpoint()).dropThrough(span, demand.mayGo, demand.reason);
        }
        if (dropped > 0) {
            state.changed();
            log.atDebug()
                    .addKeyValue("segment", victim)
                    .addKeyValue("messages", dropped)
                    .addKeyValue("reason", demand.reason)
                    .log("messages given up for room");
        }
        checkpointer.runNow(nextCursorId); // frees what nothing stays of
        if (checkpointer.failure() != null) {
            return false; // what may be settled on no disk must not be missing there
        }
        return !segments.segments().contains(victim) || compact(victim);
    }

    private boolean compact(Segment victim) {
        List<Segment> sources = withSmallOneBefore(victim);
        List<SegmentSummary> summaries = sources.stream()
                .map(source -> state.summaries().get(source.number()))
                .toList();
        long stay = staying(victim, state.summaries().get(victim.number()), _ -> false);
        var survivors = new Survivors(summaries, checkpointer);
        Segment compacted = segments.compact(sources, survivors);
        if (compacted == null) {
            heldAfter.put(victim.number(), Math.max(1, stay)); // not again before more of it is gone
            return false;
        }
        sources.forEach(source -> state.summaries().remove(source.number()));
        state.summaries().put(compacted.number(), survivors.asSummary());
        heldAfter.put(compacted.number(), Math.max(1, survivors.targets()));
        return true;
    }

    /** Small files one after the other become one, so that there are never many. */
    private List<Segment> withSmallOneBefore(Segment victim) {
        List<Segment> all = segments.segments();
        int at = all.indexOf(victim);
        if (at > 0) {
            Segment before = all.get(at - 1);
            boolean small = before.sparse() && before.fileBytes() <= victim.fileBytes() / SMALL_PART;
            if (small && state.summaries().containsKey(before.number())) {
                return List.of(before, victim);
            }
        }
        return List.of(victim);
    }
}
