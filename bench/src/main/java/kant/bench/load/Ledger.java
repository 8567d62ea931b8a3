package kant.bench.load;

/** Sorts numbered arrivals into new, late and repeated, in constant space: a number that was never skipped can't be late. */
final class Ledger {
    private long next;
    private long skipped;
    private long delivered;
    private long repeated;
    private long overtaken;

    /** A message came; numbers count from 0. */
    void arrived(long number) {
        if (number >= next) {
            overtaken += number - next;
            skipped += number - next;
            next = number + 1;
            delivered++;
        } else if (skipped > 0) {
            skipped--;
            delivered++;
        } else {
            repeated++;
        }
    }

    /** A message came that is known to have come before. */
    void again() {
        repeated++;
    }

    long delivered() {
        return delivered;
    }

    long repeated() {
        return repeated;
    }

    /** Messages before which a later one came. */
    long overtaken() {
        return overtaken;
    }
}
