package kant.store.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandoffTest {

    @Test
    void all_that_many_threads_put_is_taken_once_and_in_each_threads_order() throws InterruptedException {
        var handoff = new Handoff(Long.MAX_VALUE);
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            threads.add(Thread.startVirtualThread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    handoff.put(new Numbered(thread, i));
                }
            }));
        }
        int[] next = new int[4];
        int taken = 0;
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (taken < 20_000 && System.nanoTime() < deadline) {
            for (Request<?> r = handoff.takeAll(); r != null; r = r.next()) {
                var numbered = (Numbered) r;
                assertThat(numbered.number).isEqualTo(next[numbered.thread]++);
                taken++;
            }
        }
        for (Thread t : threads) {
            t.join();
        }

        assertThat(taken).isEqualTo(20_000);
        assertThat(handoff.takeAll()).isNull();
    }

    @Test
    void the_first_one_to_put_is_told_to_wake_the_writer() {
        var handoff = new Handoff(Long.MAX_VALUE);

        assertThat(List.of(handoff.put(new Numbered(0, 0)), handoff.put(new Numbered(0, 1))))
                .containsExactly(Handoff.Put.QUEUED_FIRST, Handoff.Put.QUEUED);
        handoff.takeAll();
        assertThat(handoff.put(new Numbered(0, 2))).isEqualTo(Handoff.Put.QUEUED_FIRST);
    }

    @Test
    void more_than_may_wait_is_refused_until_something_was_taken() {
        var handoff = new Handoff(25);

        assertThat(handoff.put(new Numbered(0, 0))).isEqualTo(Handoff.Put.QUEUED_FIRST);
        assertThat(handoff.put(new Numbered(0, 1))).isEqualTo(Handoff.Put.QUEUED);
        assertThat(handoff.put(new Numbered(0, 2))).isEqualTo(Handoff.Put.TOO_MUCH);
        handoff.takeAll();
        assertThat(handoff.put(new Numbered(0, 3))).isEqualTo(Handoff.Put.QUEUED_FIRST);
        handoff.close();
        assertThat(handoff.put(new Numbered(0, 4))).isEqualTo(Handoff.Put.CLOSED);
    }

    private static final class Numbered extends Request<Void> {
        final int thread;
        final int number;

        Numbered(int thread, int number) {
            this.thread = thread;
            this.number = number;
        }

        @Override
        public int weight() {
            return 10;
        }
    }
}
