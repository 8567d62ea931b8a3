package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.image.PullLimits;
import kant.world.Randomness;
import kant.world.Tasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PullsTest {
    private static final Instant BEGIN = Instant.parse("2026-11-25T00:00:00Z");

    private final Tasks tasks = Tasks.virtual("test");
    private final MovableTime time = new MovableTime(BEGIN);
    private final Deque<String> failures = new ArrayDeque<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private boolean roomMade;

    @AfterEach
    void close() {
        tasks.close();
    }

    @Test
    void pauses_double() throws Exception {
        failures.addAll(List.of("EOF", "connection reset"));

        pulls().pull(spec("a"));

        assertThat(attempts).hasValue(3);
        assertThat(waited()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(23));
    }

    @Test
    void a_registry_with_too_many_requests_is_left_alone_for_a_minute() throws Exception {
        failures.add("toomanyrequests: You have reached your pull rate limit");

        pulls().pull(spec("a"));

        assertThat(waited()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
    }

    @Test
    void the_attempts_are_bounded() {
        failures.addAll(List.of("1", "2", "3", "4"));

        assertThatThrownBy(() -> pulls().pull(spec("a"))).hasMessage("3");
    }

    @Test
    void what_will_not_change_is_not_tried_again() {
        for (String word : List.of("unauthorized: no", "manifest unknown", "x509: certificate", "pull access denied")) {
            failures.add(word);
            assertThatThrownBy(() -> pulls().pull(spec("a"))).hasMessage(word);
        }
        assertThat(waited()).isZero();
    }

    @Test
    void a_full_disk_is_swept_once_there_is_something_to_sweep() throws Exception {
        failures.add("write /data/x: no space left on device");
        assertThatThrownBy(() -> pulls().pull(spec("a"))).hasMessageContaining("no space left");

        roomMade = true;
        failures.add("write /data/x: no space left on device");
        pulls().pull(spec("a"));
    }

    @Test
    void no_more_than_the_bound_run_at_once() throws Exception {
        var go = new CountDownLatch(1);
        var asAllowed = new CountDownLatch(PullLimits.DEFAULT.atOnce());
        var oneMore = new CountDownLatch(PullLimits.DEFAULT.atOnce() + 1);
        var pulls = pulls(_ -> {
            asAllowed.countDown();
            oneMore.countDown();
            await(go);
        });
        List<CompletableFuture<Void>> all = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.runAsync(() -> pull(pulls, "image" + i), tasks))
                .toList();

        await(asAllowed);
        assertThat(oneMore.await(200, TimeUnit.MILLISECONDS)).isFalse();
        go.countDown();

        for (CompletableFuture<Void> one : all) {
            one.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void who_asks_for_what_is_under_way_gets_its_end() throws Exception {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var pulls = pulls(_ -> {
            attempts.incrementAndGet();
            begun.countDown();
            await(go);
            throw EngineException.noImage("manifest unknown");
        });
        var first = CompletableFuture.runAsync(() -> pull(pulls, "a"), tasks);
        await(begun);
        var second = CompletableFuture.runAsync(() -> pull(pulls, "a"), tasks);

        go.countDown();

        for (var one : List.of(first, second)) {
            assertThatThrownBy(() -> one.get(10, TimeUnit.SECONDS)).hasMessageContaining("manifest unknown");
        }
    }

    private Pulls pulls() {
        return pulls(_ -> {
            attempts.incrementAndGet();
            String failure = failures.poll();
            if (failure != null) {
                throw new EngineException(500, failure, null);
            }
        });
    }

    private Pulls pulls(Pulls.Attempt attempt) {
        return new Pulls(attempt, PullLimits.DEFAULT, () -> roomMade, time, Randomness.secure());
    }

    private Duration waited() {
        return Duration.between(BEGIN, time.now());
    }

    private static void pull(Pulls pulls, String image) {
        try {
            pulls.pull(spec(image));
        } catch (EngineException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ModuleSpec spec(String image) {
        return ModuleSpec.of("m", image, JsonNodeFactory.instance.objectNode(), Map.of());
    }
}
