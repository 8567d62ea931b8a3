package kant.edgehub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kant.model.twin.TwinProperties;
import kant.store.state.KeyedState;
import kant.upstream.budget.UpstreamLimits;
import kant.world.FileDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurrentConfigurationTest {
    private static final String GOOD = "{\"schemaVersion\":\"1.0\",\"routes\":{\"r\":\"FROM /* INTO $upstream\"}}";
    private static final String BAD = "{\"schemaVersion\":\"1.0\",\"routes\":{\"r\":\"FROM /* INTO $moon\"}}";

    @TempDir
    private Path directory;

    private final List<Long> inForce = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private KeyedState state;
    private CurrentConfiguration configuration;

    @BeforeEach
    void start() throws IOException {
        state = KeyedState.open(new FileDisk(directory), "state");
        configuration = new CurrentConfiguration(
                new ConfigurationParser("edge", -1, UpstreamLimits.NONE),
                state,
                next -> inForce.add(next.version()),
                (version, code, description) -> outcomes.add(version + " " + code + " " + description));
    }

    @AfterEach
    void close() {
        state.close();
    }

    @Test
    void a_good_one_comes_into_force_once_and_is_reported() throws IOException {
        assertThat(configuration.decided()).isFalse();

        offer(GOOD, 3);
        offer(GOOD, 3);

        assertThat(inForce).containsExactly(3L);
        assertThat(outcomes).containsExactly("3 200 ");
        assertThat(configuration.decided()).isTrue();
    }

    @Test
    void a_bad_one_changes_nothing_and_says_why() throws IOException {
        offer(GOOD, 3);
        offer(BAD, 4);

        assertThat(inForce).containsExactly(3L);
        assertThat(configuration.get().orElseThrow().version()).isEqualTo(3);
        assertThat(outcomes.getLast())
                .startsWith("4 400 Error while parsing desired properties - Error parsing route r - ");
    }

    @Test
    void the_last_good_one_is_there_after_a_restart_even_where_a_bad_one_came_later() throws IOException {
        offer(GOOD, 3);
        offer(BAD, 4);
        state.close();
        inForce.clear();
        start();

        assertThat(configuration.restore()).isTrue();
        assertThat(inForce).containsExactly(3L);
    }

    @Test
    void with_nothing_stored_there_is_nothing_to_restore() {
        assertThat(configuration.restore()).isFalse();
        assertThat(configuration.get()).isEmpty();
    }

    @Test
    void what_is_stored_and_unreadable_is_waited_out() throws IOException {
        state.put("configuration/last-good", "not json".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(configuration.restore()).isFalse();
    }

    private void offer(String desired, long version) throws IOException {
        var json = new ObjectMapper().createObjectNode();
        json.set("desired", ((ObjectNode) new ObjectMapper().readTree(desired)).put("$version", version));
        configuration.offer(TwinProperties.parse(json));
    }
}
