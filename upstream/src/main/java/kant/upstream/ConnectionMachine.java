package kant.upstream;

import java.time.Duration;
import java.util.List;
import kant.upstream.ConnectionState.Closed;
import kant.upstream.ConnectionState.Connecting;
import kant.upstream.ConnectionState.Draining;
import kant.upstream.ConnectionState.Failures;
import kant.upstream.ConnectionState.Queued;
import kant.upstream.ConnectionState.Up;
import kant.upstream.ConnectionState.Waiting;

/**
 * Decides everything about one identity's connection: a pure function of state, event, time and chance. Whoever drives it
 * carries the actions out in order, feeds their outcome back as events, and ticks it at {@link ConnectionState#wakeAt}.
 *
 * <pre>
 * state       event                  next                     actions
 * Waiting     Tick when due          Queued                   AskTurn
 * Waiting     Retry                  Queued                   AskTurn
 * Waiting     ParentBack, not        Queued                   AskTurn
 *             refused before
 * Waiting     Close                  Closed
 * Queued      Turn                   Connecting               Open
 * Queued      Close                  Closed                   GiveTurnBack
 * Connecting  Ready                  Up                       GiveTurnBack TellUp
 * Connecting  Lost, Tick when due    Waiting (lost)           Drop GiveTurnBack TellFailed
 * Connecting  Unreached              Waiting (unreached)      Drop GiveTurnBack TellFailed
 * Connecting  Refused                Waiting (refused)        Drop GiveTurnBack TellRefused
 * Connecting  Close                  Closed                   Drop GiveTurnBack
 * Up          Lost                   Waiting (lost)           TellDown Drop
 * Up          Refused                Waiting (refused)        TellDown Drop TellRefused
 * Up          Tick when due          Draining (to renew)      TellDown Drain
 * Up          Close                  Draining (to close)      TellDown Drain
 * Draining    Drained, Lost,         Queued, or Closed        Drop AskTurn, or Drop
 *             Tick when due          where closing
 * Draining    Close                  Draining (to close)
 * any         any other              the same
 * </pre>
 *
 * A loss is told before the connection is dropped: whoever sees a message fail with it knows already that it is down.
 */
public record ConnectionMachine(LinkTiming timing) {

    /** Longer tokens are renewed as if they lived this long; it keeps sums of nanoseconds far from overflow. */
    private static final Duration LONGEST_TOKEN = Duration.ofDays(365);

    /** What follows from an event. */
    public record Step(ConnectionState next, List<ConnectionAction> actions) {
        public Step {
            actions = List.copyOf(actions);
        }
    }

    /** Where a new identity begins: it connects at the first tick. */
    public ConnectionState initial(long now) {
        return new Waiting(Failures.NONE, now, false);
    }

    /**
     * One step.
     *
     * @param now of {@link kant.world.Time#nanos}
     * @param chance uniform in [0, 1)
     */
    public Step step(ConnectionState state, ConnectionEvent event, long now, double chance) {
        return switch (state) {
            case Waiting waiting -> fromWaiting(waiting, event, now);
            case Queued queued -> fromQueued(queued, event, now);
            case Connecting connecting -> fromConnecting(connecting, event, now, chance);
            case Up up -> fromUp(up, event, now, chance);
            case Draining draining -> fromDraining(draining, event, now);
            case Closed closed -> stay(closed);
        };
    }

    private static Step fromWaiting(Waiting state, ConnectionEvent event, long now) {
        return switch (event) {
            case ConnectionEvent.Tick() when now >= state.retryAt() -> queue(state.failures());
            case ConnectionEvent.Retry() -> queue(state.failures());
            case ConnectionEvent.ParentBack() when !state.refused() -> queue(state.failures());
            case ConnectionEvent.Close() -> step(new Closed());
            default -> stay(state);
        };
    }

    private Step fromQueued(Queued state, ConnectionEvent event, long now) {
        return switch (event) {
            case ConnectionEvent.Turn() ->
                step(new Connecting(state.failures(), now + timing.attempt().toNanos()), new ConnectionAction.Open());
            case ConnectionEvent.Close() -> step(new Closed(), new ConnectionAction.GiveTurnBack());
            default -> stay(state);
        };
    }

    private Step fromConnecting(Connecting state, ConnectionEvent event, long now, double chance) {
        return switch (event) {
            case ConnectionEvent.Ready(Duration tokenLeft) ->
                step(
                        new Up(state.failures(), now + timing.healthy().toNanos(), now + renewAfterNanos(tokenLeft)),
                        new ConnectionAction.GiveTurnBack(),
                        new ConnectionAction.TellUp());
            case ConnectionEvent.Lost(String reason) -> attemptFailed(afterLoss(state.failures(), now, chance), reason);
            case ConnectionEvent.Unreached(String reason) ->
                attemptFailed(afterSilence(state.failures(), now, chance), reason);
            case ConnectionEvent.Tick()
            when now >= state.giveUpAt() ->
                attemptFailed(
                        afterLoss(state.failures(), now, chance),
                        "no connection within " + timing.attempt().toSeconds() + " s");
            case ConnectionEvent.Refused(var refusal) ->
                step(
                        afterRefusal(state.failures(), now, chance),
                        new ConnectionAction.Drop(),
                        new ConnectionAction.GiveTurnBack(),
                        new ConnectionAction.TellRefused(refusal));
            case ConnectionEvent.Close() ->
                step(new Closed(), new ConnectionAction.Drop(), new ConnectionAction.GiveTurnBack());
            default -> stay(state);
        };
    }

    private Step fromUp(Up state, ConnectionEvent event, long now, double chance) {
        return switch (event) {
            case ConnectionEvent.Lost(String reason) ->
                step(
                        afterLoss(since(state, now), now, chance),
                        new ConnectionAction.TellDown(reason),
                        new ConnectionAction.Drop());
            case ConnectionEvent.Refused(var refusal) ->
                step(
                        afterRefusal(since(state, now), now, chance),
                        new ConnectionAction.TellDown(refusal.reason()),
                        new ConnectionAction.Drop(),
                        new ConnectionAction.TellRefused(refusal));
            case ConnectionEvent.Tick() when now >= state.renewAt() -> drain(now, "the token is renewed", false);
            case ConnectionEvent.Close() -> drain(now, "closed", true);
            default -> stay(state);
        };
    }

    private static Step fromDraining(Draining state, ConnectionEvent event, long now) {
        return switch (event) {
            case ConnectionEvent.Drained() -> afterDraining(state);
            case ConnectionEvent.Lost _ -> afterDraining(state);
            case ConnectionEvent.Refused _ -> afterDraining(state);
            case ConnectionEvent.Tick() when now >= state.giveUpAt() -> afterDraining(state);
            case ConnectionEvent.Close() -> step(new Draining(state.giveUpAt(), true));
            default -> stay(state);
        };
    }

    private static Step queue(Failures failures) {
        return step(new Queued(failures), new ConnectionAction.AskTurn());
    }

    private static Step attemptFailed(Waiting next, String reason) {
        return step(
                next,
                new ConnectionAction.Drop(),
                new ConnectionAction.GiveTurnBack(),
                new ConnectionAction.TellFailed(reason));
    }

    private Step drain(long now, String reason, boolean closing) {
        return step(
                new Draining(now + timing.drain().toNanos(), closing),
                new ConnectionAction.TellDown(reason),
                new ConnectionAction.Drain());
    }

    private static Step afterDraining(Draining state) {
        return state.closing()
                ? step(new Closed(), new ConnectionAction.Drop())
                : step(new Queued(Failures.NONE), new ConnectionAction.Drop(), new ConnectionAction.AskTurn());
    }

    private Waiting afterLoss(Failures failures, long now, double chance) {
        return new Waiting(
                new Failures(failures.losses() + 1, failures.refusals(), 0),
                now + timing.lost().nanos(failures.losses(), chance),
                false);
    }

    private Waiting afterSilence(Failures failures, long now, double chance) {
        return new Waiting(
                new Failures(failures.losses(), failures.refusals(), failures.unreached() + 1),
                now + timing.unreached().nanos(failures.unreached(), chance),
                false);
    }

    /** A refusal proves that the network works, so losses before it do not count any more. */
    private Waiting afterRefusal(Failures failures, long now, double chance) {
        return new Waiting(
                new Failures(0, failures.refusals() + 1, 0),
                now + timing.refused().nanos(failures.refusals(), chance),
                true);
    }

    private static Failures since(Up state, long now) {
        return now >= state.healthyAt() ? Failures.NONE : state.failures();
    }

    private long renewAfterNanos(Duration tokenLeft) {
        Duration left = tokenLeft.compareTo(LONGEST_TOKEN) > 0 ? LONGEST_TOKEN : tokenLeft;
        return Math.max(
                (long) (left.toNanos() * timing.tokenShare()),
                timing.lost().first().toNanos());
    }

    private static Step stay(ConnectionState state) {
        return step(state);
    }

    private static Step step(ConnectionState next, ConnectionAction... actions) {
        return new Step(next, List.of(actions));
    }
}
