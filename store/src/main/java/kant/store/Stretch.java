package kant.store;

/** Messages of one cursor that wait in the log and not in memory: neighbouring ordinals. Guarded by the endpoint's lock. */
final class Stretch {
    /** The first that waits; moves up as they are handed out. */
    long next;

    /** The last one; moves up as more is accepted behind it. */
    long last;

    /** Nothing of it lies before this sequence of the log. */
    long sequence;

    Stretch(long next, long last, long sequence) {
        this.next = next;
        this.last = last;
        this.sequence = sequence;
    }

    long length() {
        return last - next + 1;
    }
}
