package kant.edgedaemon.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.FakeEngine;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.image.SignaturePolicy;
import org.junit.jupiter.api.Test;

class ModuleWatchTest {
    private final FakeEngine engine = new FakeEngine();
    private final MovableTime time = new MovableTime(Instant.parse("2026-11-25T00:00:00Z"));
    private ModuleSpec wanted = spec("image:1");
    private final Probationer probation = new Probationer();
    private final ModuleWatch watch = new ModuleWatch(
            new Modules(engine, new NoSockets(), SignaturePolicy.NONE, spec -> spec),
            new Wanted(),
            () -> {},
            probation,
            time);

    @Test
    void a_missing_module_is_made_and_started_at_once() throws IOException {
        watch.look();

        assertThat(engine.changes).containsExactly("pull image:1", "create m", "start m");
    }

    @Test
    void a_running_module_is_left_alone() throws IOException {
        watch.look();
        engine.changes.clear();

        watch.look();

        assertThat(engine.changes).isEmpty();
    }

    @Test
    void a_module_that_keeps_ending_is_started_less_and_less_often() throws IOException {
        watch.look();
        long[] waits = new long[8];
        for (int i = 0; i < waits.length; i++) {
            engine.put("m", ModuleState.FAILED);
            Duration wait = watch.look();
            waits[i] = wait.toSeconds();
            time.advance(wait);
            engine.startTime = time.now();
            watch.look();
            assertThat(engine.list().getFirst().status().state()).isEqualTo(ModuleState.RUNNING);
        }

        assertThat(waits).containsExactly(1, 2, 4, 8, 16, 32, 60, 60);
    }

    @Test
    void a_steady_run_makes_the_next_start_quick_again() throws IOException {
        watch.look();
        for (int i = 0; i < 5; i++) {
            engine.put("m", ModuleState.FAILED);
            time.advance(watch.look());
            engine.startTime = time.now();
            watch.look();
        }
        time.advance(Duration.ofSeconds(61));
        watch.look();
        engine.put("m", ModuleState.FAILED);
        engine.changes.clear();

        watch.look();
        assertThat(engine.changes).containsExactly("start m");
        engine.put("m", ModuleState.FAILED);
        assertThat(watch.look()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_dead_module_is_made_anew() throws IOException {
        watch.look();
        time.advance(Duration.ofSeconds(2));
        engine.put("m", ModuleState.DEAD);
        engine.changes.clear();

        watch.look();

        assertThat(engine.changes).containsExactly("remove m", "pull image:1", "create m", "start m");
    }

    @Test
    void a_changed_configuration_makes_it_anew() throws IOException {
        watch.look();
        time.advance(Duration.ofSeconds(2));
        engine.changes.clear();
        wanted = spec("image:2");

        watch.look();

        assertThat(engine.changes).containsExactly("pull image:2", "stop m", "remove m", "create m", "start m");
        assertThat(engine.spec("m").image()).isEqualTo("image:2");
    }

    @Test
    void the_order_of_the_environment_is_no_change() {
        Map<String, String> one = new java.util.LinkedHashMap<>(Map.of("A", "1"));
        one.put("B", "2");
        Map<String, String> other = new java.util.LinkedHashMap<>(Map.of("B", "2"));
        other.put("A", "1");

        assertThat(SpecDigest.of(wanted.withEnv(one))).isEqualTo(SpecDigest.of(wanted.withEnv(other)));
    }

    @Test
    void a_module_that_the_agent_made_itself_is_not_taken_back() throws IOException {
        engine.create(spec("image:from-its-deployment"));
        engine.start("m");
        engine.changes.clear();

        watch.look();

        assertThat(engine.changes).isEmpty();
    }

    @Test
    void a_module_that_is_being_replaced_is_left_alone_and_looked_at_soon_after() throws IOException {
        probation.busy = true;

        assertThat(watch.look()).isEqualTo(Duration.ofSeconds(1));
        assertThat(engine.changes).isEmpty();

        probation.busy = false;
        probation.next = Optional.of(Duration.ofSeconds(7));
        assertThat(watch.look()).isEqualTo(Duration.ofSeconds(7));
        assertThat(engine.changes).contains("start m");
    }

    @Test
    void an_engine_that_fails_is_tried_again_later() throws IOException {
        engine.failure = EngineException.failed("engine is away", new IOException("x"));
        assertThatThrownBy(watch::look).hasMessage("engine is away");
        engine.failure = null;

        assertThat(watch.look()).isEqualTo(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        watch.look();

        assertThat(engine.changes).contains("start m");
    }

    @Test
    void an_engine_that_is_away_is_asked_less_and_less_often_and_a_module_that_ended_with_it_is_started_at_once() {
        watch.turn();
        for (int i = 0; i < 5; i++) { // it has ended often
            engine.put("m", ModuleState.FAILED);
            time.advance(watch.turn());
            watch.turn();
        }
        long[] waits = new long[8];
        engine.away = true;
        time.advance(watch.turn());
        for (int i = 0; i < waits.length; i++) {
            Duration wait = watch.turn();
            waits[i] = wait.toSeconds();
            time.advance(wait);
        }
        assertThat(waits).containsExactly(1, 2, 4, 8, 16, 32, 60, 60);
        engine.away = false;
        engine.put("m", ModuleState.FAILED);
        engine.changes.clear();

        watch.turn(); // the engine's return wakes the watch

        assertThat(engine.changes).containsExactly("start m");
        engine.put("m", ModuleState.FAILED);
        assertThat(watch.turn()).as("its own back-off").isEqualTo(Duration.ofSeconds(1));
    }

    private static ModuleSpec spec(String image) {
        return ModuleSpec.of("m", image, JsonNodeFactory.instance.objectNode(), Map.of());
    }

    private final class Wanted implements WatchedSpec {
        @Override
        public String name() {
            return "m";
        }

        @Override
        public ModuleSpec remembered() {
            return wanted;
        }

        @Override
        public ModuleSpec fresh() {
            return wanted;
        }
    }

    private static final class Probationer implements ModuleWatch.Probation {
        boolean busy;
        Optional<Duration> next = Optional.empty();

        @Override
        public boolean busy() {
            return busy;
        }

        @Override
        public Optional<Duration> look() {
            return next;
        }
    }
}
