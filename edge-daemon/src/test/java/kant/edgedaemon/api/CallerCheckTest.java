package kant.edgedaemon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kant.daemonapi.unix.Peer;
import kant.edgedaemon.engine.FakeEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallerCheckTest {
    private static final Peer SELF = new Peer((int) ProcessHandle.current().pid(), 0);
    private static final Peer UNKNOWN = new Peer(Peer.UNKNOWN, Peer.UNKNOWN);

    private final FakeEngine engine = new FakeEngine();
    private final CallerCheck check = new CallerCheck(engine, false);

    @BeforeEach
    void own() {
        engine.owning.add("a");
    }

    @Test
    void socket_and_process_must_both_be_the_modules() throws Exception {
        assertThat(check.isModule("a", "a", SELF)).isTrue();
        assertThat(check.isModule("$a", "a", SELF)).isTrue();
        assertThat(check.isModule("a", null, SELF)).isTrue();
        assertThat(check.isModule("a", "b", SELF)).isFalse();
        assertThat(check.isModule("b", "b", SELF)).isFalse();
        assertThat(check.isModule("", null, SELF)).isFalse();
        assertThat(check.isAgent(SELF)).isFalse();
    }

    @Test
    void a_peer_without_a_pid_is_nobody_unless_sockets_modes_are_trusted() throws Exception {
        assertThat(check.isModule("a", "a", UNKNOWN)).isFalse();
        assertThat(check.knows(UNKNOWN)).isFalse();

        var trusting = new CallerCheck(engine, true);

        assertThat(trusting.isModule("a", "a", UNKNOWN)).isTrue();
        assertThat(trusting.isModule("a", "b", UNKNOWN)).isFalse();
        assertThat(trusting.knows(UNKNOWN)).isTrue();
    }

    @Test
    void an_engine_that_is_away_is_no_reason_to_forbid() {
        engine.away = true;

        assertThatThrownBy(() -> check.isModule("a", "a", SELF)).hasMessage("the engine is away");
    }
}
