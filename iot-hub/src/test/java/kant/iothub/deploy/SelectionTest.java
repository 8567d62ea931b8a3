package kant.iothub.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectionTest {

    @Test
    void the_strongest_base_with_the_layers_above_it_from_the_weakest_on() {
        Selection selection = select(
                layer("hot", 30, 1),
                base("weak", 5, 2),
                layer("warm", 20, 3),
                base("strong", 10, 4),
                layer("low", 5, 5));

        assertThat(selection.applied()).extracting(Candidate::id).containsExactly("strong", "warm", "hot");
        assertThat(selection.states().applied())
                .isEqualTo(Map.of("strong", true, "warm", true, "hot", true, "weak", false, "low", false));
    }

    @Test
    void of_equal_priorities_the_newer_wins_base_or_layer() {
        Selection selection = select(base("new", 10, 7), base("old", 10, 6), layer("n", 20, 9), layer("o", 20, 8));

        assertThat(selection.applied()).extracting(Candidate::id).containsExactly("new", "o", "n");
        assertThat(selection.states().applied().get("old")).isFalse();
    }

    @Test
    void a_layer_of_the_priority_of_the_base_is_not_applied() {
        assertThat(select(base("base", 10, 1), layer("same", 10, 2)).applied())
                .extracting(Candidate::id)
                .containsExactly("base");
    }

    @Test
    void without_a_base_nothing_is_applied() {
        Selection selection = select(layer("hot", 30, 1));

        assertThat(selection.applied()).isEmpty();
        assertThat(selection.states().applied()).isEqualTo(Map.of("hot", false));
    }

    @Test
    void its_key_is_that_of_its_content_whatever_else_the_device_is_a_target_of() {
        Candidate base = base("base", 10, 1);

        assertThat(select(base, layer("low", 3, 2)).key())
                .isEqualTo(select(base).key());
        assertThat(select(base("base", 10, 5)).key())
                .as("deleted and created again")
                .isNotEqualTo(select(base).key());
    }

    private static Selection select(Candidate... targets) {
        return Selection.of(List.of(targets));
    }

    private static Candidate base(String id, int priority, long created) {
        return new Candidate(id, created, priority, true, new TargetCondition.All());
    }

    private static Candidate layer(String id, int priority, long created) {
        return new Candidate(id, created, priority, false, new TargetCondition.All());
    }
}
