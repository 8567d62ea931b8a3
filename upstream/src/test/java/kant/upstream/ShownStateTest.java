package kant.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownStateTest {
    private static final long DEBOUNCE = 100;
    private static final ShownState UP = ShownState.INITIAL.on(LinkState.UP, 0, DEBOUNCE);

    @Test
    void everything_but_leaving_up_is_shown_at_once() {
        var connecting = ShownState.INITIAL.on(LinkState.CONNECTING, 0, DEBOUNCE);
        var down = connecting.on(LinkState.DOWN, 1, DEBOUNCE);
        var up = down.on(LinkState.UP, 2, DEBOUNCE);

        assertThat(connecting.shown()).isEqualTo(LinkState.CONNECTING);
        assertThat(down.shown()).isEqualTo(LinkState.DOWN);
        assertThat(up.shown()).isEqualTo(LinkState.UP);
    }

    @Test
    void an_outage_is_three_changes_however_many_attempts_it_takes() {
        var state = UP;
        int changes = 0;
        for (int i = 0; i < 100; i++) {
            LinkState now = i % 2 == 0 ? LinkState.CONNECTING : LinkState.DOWN;
            var next = state.on(now, 1000 + i * 1000, DEBOUNCE);
            next = next.tick(1000 + i * 1000 + 999);
            changes += next.shown() == state.shown() ? 0 : 1;
            state = next;
        }
        var back = state.on(LinkState.UP, 200_000, DEBOUNCE);

        assertThat(changes).as("connecting, then down").isEqualTo(2);
        assertThat(back).isEqualTo(UP);
    }

    @Test
    void twenty_flaps_that_heal_in_time_are_no_change_at_all() {
        var state = UP;
        for (int i = 0; i < 20; i++) {
            state = state.on(LinkState.DOWN, i * 1000, DEBOUNCE)
                    .on(LinkState.CONNECTING, i * 1000 + 50, DEBOUNCE)
                    .tick(i * 1000 + 60);
            assertThat(state.shown()).isEqualTo(LinkState.UP);
            state = state.on(LinkState.UP, i * 1000 + 90, DEBOUNCE);
        }
        assertThat(state).isEqualTo(UP);
    }

    @Test
    void a_blip_that_heals_in_time_is_never_shown() {
        var blip = UP.on(LinkState.DOWN, 1000, DEBOUNCE).on(LinkState.CONNECTING, 1050, DEBOUNCE);
        var healed = blip.on(LinkState.UP, 1099, DEBOUNCE);

        assertThat(blip.shown()).isEqualTo(LinkState.UP);
        assertThat(healed).isEqualTo(UP);
    }

    @Test
    void a_loss_that_lasts_is_shown_as_what_it_is_by_then_counted_from_its_beginning() {
        var lost = UP.on(LinkState.DOWN, 1000, DEBOUNCE).on(LinkState.CONNECTING, 1099, DEBOUNCE);

        assertThat(lost.showAt()).isEqualTo(1100);
        assertThat(lost.tick(1099).shown()).isEqualTo(LinkState.UP);
        assertThat(lost.tick(1100).shown()).isEqualTo(LinkState.CONNECTING);
        assertThat(lost.on(LinkState.DOWN, 1100, DEBOUNCE).shown()).isEqualTo(LinkState.DOWN);
    }

    @Test
    void without_debounce_a_loss_is_shown_at_once() {
        assertThat(UP.on(LinkState.DOWN, 5, 0).shown()).isEqualTo(LinkState.DOWN);
    }
}
