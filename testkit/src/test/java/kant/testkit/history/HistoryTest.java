package kant.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Histories that are good, and for each promise one that is not. */
class HistoryTest {
    private static final String UP = "iothub";
    private static final String INPUT = "edge/reader/in";
    private static final int WINDOW = 10;

    private final History history = new History(WINDOW);
    private final Stream stream = history.stream("sender/5", List.of(UP));
    private long millis = 1000;

    @Test
    void what_was_acknowledged_and_arrived_in_order_is_good() {
        sendAcknowledged(100);
        arrive(0, 100);

        assertThat(history.verdict().text())
                .isEqualTo("100 sent, 100 acknowledged, 100 arrivals, 0 repeats (at most 0 after one of 0 disturbances): "
                        + "every promise kept");
        assertThat(history.outstanding()).isZero();
    }

    @Test
    void what_was_acknowledged_and_did_not_arrive_is_missing() {
        sendAcknowledged(10);
        arrive(0, 3);
        arrive(5, 9);

        assertThat(history.outstanding()).isEqualTo(3);
        assertBroken(Map.of(Finding.MISSING, 3L), "MISSING: sender/5 at iothub: 3-4, 9 of 10");
    }

    @Test
    void a_message_must_arrive_at_every_endpoint_of_its_stream() {
        Stream both = history.stream("both", List.of(UP, INPUT));
        both.acknowledged(both.next());
        history.arrived(UP, "both", 0, millis);

        assertBroken(Map.of(Finding.MISSING, 1L), "MISSING: both at edge/reader/in: 0 of 1");
    }

    @Test
    void what_got_no_answer_may_arrive_or_not() {
        stream.next();
        stream.next();
        arrive(1, 2);

        assertThat(history.verdict().good()).isTrue();
    }

    @Test
    void a_first_arrival_behind_a_later_one_is_out_of_order() {
        sendAcknowledged(3);
        arrive(0, 1);
        arrive(2, 3);
        arrive(1, 2);

        assertBroken(Map.of(Finding.OUT_OF_ORDER, 1L), "OUT_OF_ORDER: sender/5 1 at iothub came first behind 2");
    }

    @Test
    void streams_and_endpoints_may_overtake_each_other() {
        Stream urgent = history.stream("sender/0", List.of(UP, INPUT));
        sendAcknowledged(2);
        urgent.acknowledged(urgent.next());
        history.arrived(UP, "sender/0", 0, millis);
        arrive(0, 2);
        history.arrived(INPUT, "sender/0", 0, millis);

        assertThat(history.verdict().good()).isTrue();
    }

    @Test
    void a_message_that_was_sent_again_may_come_behind_what_was_sent_in_between_and_no_later() {
        stream.next();
        stream.next();
        stream.again(0);
        sendAcknowledged(1);
        arrive(1, 2);
        arrive(0, 1);
        arrive(2, 3);
        assertThat(history.verdict().good()).isTrue();

        Stream other = history.stream("other", List.of(UP));
        other.next();
        other.again(0);
        other.next();
        history.arrived(UP, "other", 1, millis);
        history.arrived(UP, "other", 0, millis);
        assertBroken(Map.of(Finding.OUT_OF_ORDER, 1L), "OUT_OF_ORDER: other 0 at iothub came first behind 1");
    }

    @Test
    void a_message_that_was_sent_again_may_arrive_as_often() {
        stream.next();
        stream.again(0);
        stream.again(0);
        arrive(0, 1);
        arrive(0, 1);
        arrive(0, 1);
        assertThat(history.verdict().good()).isTrue();

        arrive(0, 1);
        assertThat(history.verdict().count(Finding.UNEXPLAINED_REPEAT)).isEqualTo(1);
    }

    @Test
    void the_last_arrivals_before_a_crash_may_repeat_once_and_no_others() {
        sendAcknowledged(30);
        arrive(0, 20);
        crash();
        arrive(20 - WINDOW, 30);
        assertThat(history.verdict().good()).isTrue();
        assertThat(history.verdict().repeats()).isEqualTo(WINDOW);
        assertThat(history.verdict().mostRepeatsAtOnce()).isEqualTo(WINDOW);

        arrive(15, 16);
        assertBroken(
                Map.of(Finding.UNEXPLAINED_REPEAT, 1L),
                "UNEXPLAINED_REPEAT: sender/5 15 at iothub although it was not among the last 10 arrivals before one of "
                        + "1 disturbances");
    }

    @Test
    void of_a_message_that_was_sent_twice_both_copies_may_repeat_after_a_crash() {
        stream.next();
        stream.again(0);
        arrive(0, 1);
        arrive(0, 1);
        crash();
        arrive(0, 1);
        arrive(0, 1);
        assertThat(history.verdict().good()).isTrue();

        arrive(0, 1);
        assertThat(history.verdict().count(Finding.UNEXPLAINED_REPEAT)).isEqualTo(1);
    }

    @Test
    void what_lies_further_back_than_the_window_may_not_repeat() {
        sendAcknowledged(20);
        arrive(0, 20);
        crash();
        arrive(20 - WINDOW - 1, 20);

        assertThat(history.verdict().findings()).isEqualTo(Map.of(Finding.UNEXPLAINED_REPEAT, 1L));
    }

    @Test
    void a_repeat_with_no_crash_is_unexplained() {
        sendAcknowledged(1);
        arrive(0, 1);
        arrive(0, 1);

        assertThat(history.verdict().findings()).isEqualTo(Map.of(Finding.UNEXPLAINED_REPEAT, 1L));
    }

    @Test
    void what_a_second_crash_held_back_still_may_repeat() {
        sendAcknowledged(5);
        arrive(0, 5);
        crash();
        crash();
        arrive(0, 5);

        assertThat(history.verdict().good()).isTrue();
    }

    @Test
    void a_repeat_is_also_explained_while_the_crash_lasts() {
        sendAcknowledged(1);
        arrive(0, 1);
        history.disturbed(millis, millis + 500);
        millis += 100;
        arrive(0, 1);

        assertThat(history.verdict().good()).isTrue();
    }

    @Test
    void what_was_never_sent_is_a_phantom() {
        sendAcknowledged(1);
        arrive(0, 2);
        history.arrived(UP, "nobody", 0, millis);
        history.arrived(INPUT, "sender/5", 0, millis);

        assertBroken(
                Map.of(Finding.PHANTOM, 3L),
                "PHANTOM: nobody 0 at iothub, where it never was sent to",
                "PHANTOM: sender/5 0 at edge/reader/in, where it never was sent to",
                "PHANTOM: sender/5 at iothub: 1 of 1");
    }

    @Test
    void what_was_refused_must_not_arrive() {
        stream.next();
        stream.refused(0);
        arrive(0, 1);

        assertBroken(
                Map.of(Finding.REFUSED_AND_ARRIVED, 1L), "REFUSED_AND_ARRIVED: sender/5 at iothub: 0 of 1");
    }

    @Test
    void what_was_refused_and_then_taken_may_arrive_and_so_may_what_was_perhaps_taken_before_it_was_refused() {
        stream.next();
        stream.refused(0);
        stream.again(0);
        stream.acknowledged(0);
        stream.next();
        stream.again(1);
        stream.refused(1);
        arrive(0, 2);

        assertThat(history.verdict().good()).isTrue();
    }

    @Test
    void two_million_messages_cost_a_few_bits_each() {
        var large = new History(WINDOW);
        Stream sent = large.stream("large", List.of(UP, INPUT));
        long before = usedBytes();
        for (int i = 0; i < 2_000_000; i++) {
            sent.acknowledged(sent.next());
            large.arrived(UP, "large", i, 1);
            large.arrived(INPUT, "large", i, 1);
        }

        assertThat(usedBytes() - before).isLessThan(4L << 20);
        assertThat(large.verdict().good()).isTrue();
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void sendAcknowledged(int count) {
        IntStream.range(0, count).forEach(_ -> stream.acknowledged(stream.next()));
    }

    private void arrive(int from, int end) {
        IntStream.range(from, end).forEach(number -> history.arrived(UP, stream.name(), number, ++millis));
    }

    private void crash() {
        history.disturbed(millis, millis + 10);
        millis += 20;
    }

    private void assertBroken(Map<Finding, Long> findings, String... examples) {
        Verdict verdict = history.verdict();
        assertThat(verdict.good()).isFalse();
        assertThat(verdict.findings()).isEqualTo(findings);
        assertThat(verdict.examples()).containsExactly(examples);
        assertThat(verdict.text()).contains(examples);
    }
}
