package kant.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import kant.model.error.Refusal;
import kant.upstream.ConnectionAction.AskTurn;
import kant.upstream.ConnectionAction.Drain;
import kant.upstream.ConnectionAction.Drop;
import kant.upstream.ConnectionAction.GiveTurnBack;
import kant.upstream.ConnectionAction.Open;
import kant.upstream.ConnectionAction.TellDown;
import kant.upstream.ConnectionAction.TellFailed;
import kant.upstream.ConnectionAction.TellRefused;
import kant.upstream.ConnectionAction.TellUp;
import kant.upstream.ConnectionEvent.Close;
import kant.upstream.ConnectionEvent.Drained;
import kant.upstream.ConnectionEvent.Lost;
import kant.upstream.ConnectionEvent.ParentBack;
import kant.upstream.ConnectionEvent.Ready;
import kant.upstream.ConnectionEvent.Refused;
import kant.upstream.ConnectionEvent.Retry;
import kant.upstream.ConnectionEvent.Tick;
import kant.upstream.ConnectionEvent.Turn;
import kant.upstream.ConnectionEvent.Unreached;
import kant.upstream.ConnectionState.Closed;
import kant.upstream.ConnectionState.Connecting;
import kant.upstream.ConnectionState.Draining;
import kant.upstream.ConnectionState.Failures;
import kant.upstream.ConnectionState.Queued;
import kant.upstream.ConnectionState.Up;
import kant.upstream.ConnectionState.Waiting;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The machine's table, row by row, with round times: everything takes whole seconds and chance is a half. */
class ConnectionMachineTest {
    private static final long SECOND = 1_000_000_000L;
    private static final LinkTiming TIMING = new LinkTiming(
            new Backoff(Duration.ofSeconds(4), Duration.ofSeconds(64)),
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(8)),
            new Backoff(Duration.ofSeconds(400), Duration.ofSeconds(800)),
            Duration.ofSeconds(30),
            Duration.ofSeconds(50),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            0.5);
    private static final ConnectionMachine MACHINE = new ConnectionMachine(TIMING);
    private static final double HALF = 0.5;
    private static final long NOW = 1000 * SECOND;

    private static final Failures SOME = new Failures(2, 1, 4);
    private static final Refusal NO = new Refusal.Unauthorized("wrong key");
    private static final Lost LOST = new Lost("reset");

    private static final Waiting WAITING = new Waiting(SOME, NOW + SECOND, false);
    private static final Waiting DUE = new Waiting(SOME, NOW, false);
    private static final Waiting REFUSED = new Waiting(SOME, NOW + SECOND, true);
    private static final Queued QUEUED = new Queued(SOME);
    private static final Connecting CONNECTING = new Connecting(SOME, NOW + SECOND);
    private static final Up FRESH = new Up(SOME, NOW + 1, NOW + 2);
    private static final Up HEALTHY = new Up(SOME, NOW, NOW + 2);
    private static final Draining RENEWING = new Draining(NOW + SECOND, false);
    private static final Draining CLOSING = new Draining(NOW + SECOND, true);
    private static final Closed CLOSED = new Closed();

    private record Row(
            ConnectionState state, ConnectionEvent event, ConnectionState next, ConnectionAction... actions) {}

    private static Stream<Row> rows() {
        // losses: 4 s doubled twice is 16 s, three quarters of it by a chance of a half; refusals: 400 s doubled once
        var afterLoss = new Waiting(new Failures(3, 1, 0), NOW + 12 * SECOND, false);
        var afterFirstLoss = new Waiting(new Failures(1, 0, 0), NOW + 3 * SECOND, false);
        var afterRefusal = new Waiting(new Failures(0, 2, 0), NOW + 600 * SECOND, true);
        return Stream.of(
                new Row(WAITING, new Tick(), WAITING),
                new Row(DUE, new Tick(), QUEUED, new AskTurn()),
                new Row(WAITING, new Retry(), QUEUED, new AskTurn()),
                new Row(REFUSED, new Retry(), QUEUED, new AskTurn()),
                new Row(WAITING, new ParentBack(), QUEUED, new AskTurn()),
                new Row(REFUSED, new ParentBack(), REFUSED),
                new Row(WAITING, LOST, WAITING),
                new Row(WAITING, new Turn(), WAITING),
                new Row(WAITING, new Close(), CLOSED),
                new Row(QUEUED, new Turn(), new Connecting(SOME, NOW + 30 * SECOND), new Open()),
                new Row(QUEUED, new Tick(), QUEUED),
                new Row(QUEUED, new Retry(), QUEUED),
                new Row(QUEUED, new Close(), CLOSED, new GiveTurnBack()),
                new Row(
                        CONNECTING,
                        new Ready(Duration.ofSeconds(100)),
                        new Up(SOME, NOW + 50 * SECOND, NOW + 50 * SECOND),
                        new GiveTurnBack(),
                        new TellUp()),
                new Row(CONNECTING, LOST, afterLoss, new Drop(), new GiveTurnBack(), new TellFailed("reset")),
                new Row(
                        CONNECTING,
                        new Unreached("no route"),
                        new Waiting(new Failures(2, 1, 5), NOW + 6 * SECOND, false),
                        new Drop(),
                        new GiveTurnBack(),
                        new TellFailed("no route")),
                new Row(FRESH, new Unreached("no route"), FRESH),
                new Row(CONNECTING, new Tick(), CONNECTING),
                new Row(
                        new Connecting(SOME, NOW),
                        new Tick(),
                        afterLoss,
                        new Drop(),
                        new GiveTurnBack(),
                        new TellFailed("no connection within 30 s")),
                new Row(CONNECTING, new Refused(NO), afterRefusal, new Drop(), new GiveTurnBack(), new TellRefused(NO)),
                new Row(CONNECTING, new Close(), CLOSED, new Drop(), new GiveTurnBack()),
                new Row(CONNECTING, new ParentBack(), CONNECTING),
                new Row(FRESH, LOST, afterLoss, new TellDown("reset"), new Drop()),
                new Row(HEALTHY, LOST, afterFirstLoss, new TellDown("reset"), new Drop()),
                new Row(
                        FRESH,
                        new Refused(NO),
                        afterRefusal,
                        new TellDown("wrong key"),
                        new Drop(),
                        new TellRefused(NO)),
                new Row(FRESH, new Tick(), FRESH),
                new Row(
                        new Up(SOME, NOW, NOW),
                        new Tick(),
                        new Draining(NOW + 5 * SECOND, false),
                        new TellDown("the token is renewed"),
                        new Drain()),
                new Row(FRESH, new Close(), new Draining(NOW + 5 * SECOND, true), new TellDown("closed"), new Drain()),
                new Row(FRESH, new Ready(Duration.ofSeconds(1)), FRESH),
                new Row(RENEWING, new Drained(), new Queued(Failures.NONE), new Drop(), new AskTurn()),
                new Row(RENEWING, LOST, new Queued(Failures.NONE), new Drop(), new AskTurn()),
                new Row(RENEWING, new Tick(), RENEWING),
                new Row(new Draining(NOW, false), new Tick(), new Queued(Failures.NONE), new Drop(), new AskTurn()),
                new Row(RENEWING, new Close(), CLOSING),
                new Row(CLOSING, new Drained(), CLOSED, new Drop()),
                new Row(CLOSING, LOST, CLOSED, new Drop()),
                new Row(new Draining(NOW, true), new Tick(), CLOSED, new Drop()),
                new Row(CLOSED, new Tick(), CLOSED),
                new Row(CLOSED, new Retry(), CLOSED),
                new Row(CLOSED, LOST, CLOSED),
                new Row(CLOSED, new Close(), CLOSED));
    }

    @TestFactory
    Stream<DynamicTest> each_row_of_the_table() {
        return rows().map(row -> DynamicTest.dynamicTest(row.state() + " on " + row.event(), () -> {
            var step = MACHINE.step(row.state(), row.event(), NOW, HALF);

            assertThat(step.next()).isEqualTo(row.next());
            assertThat(step.actions()).isEqualTo(List.of(row.actions()));
        }));
    }

    @Test
    void a_new_identity_connects_at_its_first_tick() {
        var step = MACHINE.step(MACHINE.initial(NOW), new Tick(), NOW, HALF);

        assertThat(step.next()).isEqualTo(new Queued(Failures.NONE));
    }

    @Test
    void a_token_that_lives_for_ages_does_not_overflow_the_clock() {
        var step = MACHINE.step(CONNECTING, new Ready(Duration.ofSeconds(Long.MAX_VALUE)), NOW, HALF);

        assertThat(step.next().wakeAt())
                .isBetween(NOW, NOW + Duration.ofDays(365).toNanos());
    }

    @Test
    void a_token_that_has_expired_by_our_clock_does_not_make_the_connection_spin() {
        var step = MACHINE.step(CONNECTING, new Ready(Duration.ofSeconds(-90)), NOW, HALF);

        assertThat(step.next().wakeAt()).isEqualTo(NOW + 4 * SECOND);
    }

    @Test
    void back_off_doubles_to_its_cap_and_chance_takes_up_to_a_half() {
        var backoff = new Backoff(Duration.ofSeconds(4), Duration.ofSeconds(64));

        assertThat(backoff.nanos(0, 0)).isEqualTo(2 * SECOND);
        assertThat(backoff.nanos(1, 0)).isEqualTo(4 * SECOND);
        assertThat(backoff.nanos(1, 0.999)).isBetween(7 * SECOND, 8 * SECOND);
        assertThat(backoff.nanos(4, 0)).isEqualTo(32 * SECOND);
        assertThat(backoff.nanos(1_000_000, 0)).isEqualTo(32 * SECOND);
    }
}
