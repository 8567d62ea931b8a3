package kant.cli.demo;

/** When the stand-in goes and when it comes back: after half of the messages, for as long as asked. */
final class Cut {
    /** What to do now. */
    enum Act {
        NOTHING,
        BEGIN,
        END
    }

    private enum Phase {
        BEFORE,
        AWAY,
        OVER
    }

    private final DemoSettings settings;
    private Phase phase;
    private long backAtNanos;

    Cut(DemoSettings settings) {
        this.settings = settings;
        this.phase = settings.cut().isZero() ? Phase.OVER : Phase.BEFORE;
    }

    /** The act that is due, once each. */
    Act due(long arrived, long nowNanos) {
        if (phase == Phase.BEFORE && arrived >= settings.messages() / 2) {
            phase = Phase.AWAY;
            backAtNanos = nowNanos + settings.cut().toNanos();
            return Act.BEGIN;
        }
        if (phase == Phase.AWAY && nowNanos >= backAtNanos) {
            phase = Phase.OVER;
            return Act.END;
        }
        return Act.NOTHING;
    }

    boolean over() {
        return phase == Phase.OVER;
    }
}
