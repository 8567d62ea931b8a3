package kant.edgedaemon.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.unix.Peer;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.api.CallerCheck;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.FakeEngine;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.image.SignaturePolicy;
import kant.world.FileDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's update of itself: what passes, what is taken back, and what a daemon that was killed meanwhile makes of it. */
class AgentUpdatesTest {
    private static final String AGENT = "edgeAgent";
    private static final Duration PROBATION = Duration.ofSeconds(60);
    private static final Peer ME = new Peer((int) ProcessHandle.current().pid(), 0);

    @TempDir
    Path folder;

    private final FakeEngine engine = new FakeEngine();
    private final MovableTime time = new MovableTime(Instant.parse("2026-11-25T00:00:00Z"));
    private final Modules modules = new Modules(engine, new NoSockets(), SignaturePolicy.NONE, spec -> spec);
    private AgentUpdates updates;

    @BeforeEach
    void an_agent_of_the_configuration_runs() throws IOException {
        engine.owning.add(AGENT);
        modules.create(SpecDigest.labelled(spec("agent:0")));
        modules.start(AGENT);
        open(true);
    }

    @Test
    void an_agent_that_runs_and_asks_for_its_modules_passes() throws IOException {
        updates.replace(spec("agent:1"));
        updates.heard(ME);

        assertThat(updates.look()).contains(PROBATION);
        time.advance(PROBATION);
        assertThat(updates.look()).isEmpty();

        assertThat(runs()).isEqualTo("agent:1");
        updates.replace(spec("agent:2"));
        time.advance(PROBATION);
        updates.look();
        assertThat(runs())
                .as("the last good one is not the configuration's any more")
                .isEqualTo("agent:1");
    }

    @Test
    void one_that_only_runs_is_taken_back_and_not_tried_again_for_an_hour() throws IOException {
        updates.replace(spec("agent:1"));
        engine.changes.clear();
        time.advance(PROBATION);
        updates.look();

        assertThat(engine.changes)
                .containsExactly("stop edgeAgent", "remove edgeAgent", "create edgeAgent", "start edgeAgent");
        assertThat(runs()).isEqualTo("agent:0");
        assertThatThrownBy(() -> updates.admit(spec("agent:1")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("\"agent:1\" was tried and taken back: it runs but did not ask for its modules")
                .hasMessageContaining("not tried again before 2026-11-25T01:01:00Z");
        assertThatCode(() -> updates.admit(spec("agent:2"))).doesNotThrowAnyException();
        time.advance(Duration.ofHours(1));
        assertThatCode(() -> updates.admit(spec("agent:1"))).doesNotThrowAnyException();
    }

    @Test
    void one_that_ends_three_times_is_not_waited_for() throws IOException {
        updates.replace(spec("agent:1"));
        for (int i = 1; i <= 3; i++) {
            assertThat(runs()).isEqualTo("agent:1");
            time.advance(Duration.ofSeconds(1));
            engine.end(AGENT, 7, time.now());
            updates.look();
            updates.look(); // the same end again
            if (i < 3) {
                modules.start(AGENT);
            }
        }

        assertThat(runs()).isEqualTo("agent:0");
        assertThatThrownBy(() -> updates.admit(spec("agent:1")))
                .hasMessageContaining("it ended 3 times, the last exit code is 7");
    }

    @Test
    void what_a_run_said_does_not_count_for_the_next_run() throws IOException {
        updates.replace(spec("agent:1"));
        updates.heard(ME);
        engine.end(AGENT, 1, time.now());
        updates.look();
        modules.start(AGENT);
        time.advance(PROBATION);
        updates.look();

        assertThat(runs()).isEqualTo("agent:0");
    }

    @Test
    void one_that_cannot_be_started_is_taken_back_at_once() {
        assertThatThrownBy(() -> updates.replace(new ModuleSpec(
                        AGENT,
                        ModuleSpec.DOCKER,
                        kant.daemonapi.management.PullPolicy.NEVER,
                        "agent:1",
                        JsonNodeFactory.instance.objectNode(),
                        null,
                        null,
                        Map.of(FakeEngine.REFUSED, "1"))))
                .isInstanceOf(EngineException.class);

        assertThat(runs()).isEqualTo("agent:0");
    }

    @Test
    void a_probation_that_a_kill_of_the_daemon_cut_begins_anew() throws IOException {
        updates.replace(spec("agent:1"));
        time.advance(Duration.ofSeconds(59));
        open(true);

        assertThat(updates.look()).contains(PROBATION);
        time.advance(PROBATION);
        updates.look();
        assertThat(runs()).isEqualTo("agent:0");
    }

    @Test
    void a_kill_between_the_old_agent_and_the_new_leaves_the_configurations() throws IOException {
        updates.replace(spec("agent:1"));
        modules.remove(AGENT);
        modules.create(SpecDigest.labelled(spec("agent:0"))); // the watch
        modules.start(AGENT);
        open(true);

        assertThat(updates.look()).isEmpty();
        time.advance(PROBATION);
        assertThat(updates.look()).isEmpty();
        assertThat(runs()).isEqualTo("agent:0");
        assertThatCode(() -> updates.admit(spec("agent:1"))).doesNotThrowAnyException();
    }

    @Test
    void a_kill_while_an_update_is_taken_back_does_not_leave_it() throws IOException {
        updates.replace(spec("agent:1"));
        time.advance(PROBATION);
        engine.failure = EngineException.failed("the engine is away", new IOException("x"));
        assertThatThrownBy(updates::look).hasMessageContaining("the engine is away");
        engine.failure = null;
        open(true);

        updates.look();

        assertThat(runs()).isEqualTo("agent:0");
        assertThatThrownBy(() -> updates.admit(spec("agent:1"))).hasMessageContaining("taken back");
    }

    @Test
    void without_rollback_there_is_no_probation() throws IOException {
        open(false);
        updates.replace(spec("agent:1"));
        time.advance(PROBATION);

        assertThat(updates.look()).isEmpty();
        assertThat(runs()).isEqualTo("agent:1");
    }

    private void open(boolean rollback) throws IOException {
        updates = AgentUpdates.open(
                modules,
                new Configured(),
                new CallerCheck(engine, false),
                new PrivateFiles(new FileDisk(folder)),
                new ProbationRules(rollback, PROBATION),
                time);
    }

    private String runs() {
        try {
            return engine.spec(AGENT).image();
        } catch (EngineException e) {
            throw new AssertionError(e);
        }
    }

    private static ModuleSpec spec(String image) {
        return ModuleSpec.of(AGENT, image, JsonNodeFactory.instance.objectNode(), Map.of());
    }

    private static final class Configured implements WatchedSpec {
        @Override
        public String name() {
            return AGENT;
        }

        @Override
        public ModuleSpec remembered() {
            return spec("agent:0");
        }

        @Override
        public ModuleSpec fresh() {
            return spec("agent:0");
        }
    }
}
