package kant.upstream;

/** Where one identity's connection is. All times are {@link kant.world.Time#nanos} values. */
public sealed interface ConnectionState {

    /** No state needs a tick before this time. */
    long NEVER = Long.MAX_VALUE;

    /** What the link shows for it. */
    LinkState shown();

    /** When the machine wants its next tick, {@link #NEVER} where only other events matter. */
    default long wakeAt() {
        return NEVER;
    }

    /**
     * What failed since things went well; decides the waits.
     *
     * @param losses attempts that failed and connections lost before they were healthy, in a row
     * @param refusals refusals in a row
     * @param unreached attempts that reached nobody, in a row
     */
    record Failures(int losses, int refusals, int unreached) {
        public static final Failures NONE = new Failures(0, 0, 0);
    }

    /** Waits for the next attempt; {@code refused} tells why: no one but the owner of the identity should hurry it. */
    record Waiting(Failures failures, long retryAt, boolean refused) implements ConnectionState {
        @Override
        public LinkState shown() {
            return LinkState.DOWN;
        }

        @Override
        public long wakeAt() {
            return retryAt;
        }
    }

    /** Waits for its turn among the bounded number of attempts at a time. */
    record Queued(Failures failures) implements ConnectionState {
        @Override
        public LinkState shown() {
            return LinkState.CONNECTING;
        }
    }

    /** An attempt is under way: token, connect, TLS, login, subscriptions. */
    record Connecting(Failures failures, long giveUpAt) implements ConnectionState {
        @Override
        public LinkState shown() {
            return LinkState.CONNECTING;
        }

        @Override
        public long wakeAt() {
            return giveUpAt;
        }
    }

    /** Connected with subscriptions restored; before {@code healthyAt} a loss still counts as a failure. */
    record Up(Failures failures, long healthyAt, long renewAt) implements ConnectionState {
        @Override
        public LinkState shown() {
            return LinkState.UP;
        }

        @Override
        public long wakeAt() {
            return renewAt;
        }
    }

    /** Takes nothing new, waits for what is in flight; then renews the connection, or ends. */
    record Draining(long giveUpAt, boolean closing) implements ConnectionState {
        @Override
        public LinkState shown() {
            return LinkState.DRAINING;
        }

        @Override
        public long wakeAt() {
            return giveUpAt;
        }
    }

    /** Ended for good. */
    record Closed() implements ConnectionState {
        @Override
        public LinkState shown() {
            return LinkState.DOWN;
        }
    }
}
