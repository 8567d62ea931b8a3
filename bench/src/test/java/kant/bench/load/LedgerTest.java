package kant.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void messages_in_order_are_delivered_and_nothing_else() {
        Ledger ledger = after(0, 1, 2, 3);

        assertThat(ledger.delivered()).isEqualTo(4);
        assertThat(ledger.repeated()).isZero();
        assertThat(ledger.overtaken()).isZero();
    }

    @Test
    void a_message_that_comes_late_is_overtaken_and_delivered() {
        Ledger ledger = after(0, 2, 1, 3);

        assertThat(ledger.delivered()).isEqualTo(4);
        assertThat(ledger.overtaken()).isEqualTo(1);
        assertThat(ledger.repeated()).isZero();
    }

    @Test
    void a_message_that_comes_twice_is_repeated_and_delivered_once() {
        Ledger ledger = after(0, 1, 1, 0, 2);

        assertThat(ledger.delivered()).isEqualTo(3);
        assertThat(ledger.repeated()).isEqualTo(2);
    }

    @Test
    void a_message_that_never_comes_is_not_delivered() {
        assertThat(after(0, 1, 3, 4).delivered()).isEqualTo(4);
    }

    private static Ledger after(long... numbers) {
        var ledger = new Ledger();
        LongStream.of(numbers).forEach(ledger::arrived);
        return ledger;
    }
}
