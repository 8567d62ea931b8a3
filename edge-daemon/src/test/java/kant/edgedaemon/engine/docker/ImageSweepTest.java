package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.image.ImageBook;
import kant.edgedaemon.image.ImageSettings;
import kant.edgedaemon.image.PullLimits;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** With a real engine and a clock that the test moves. */
@Tag("docker")
@ParameterizedClass
@MethodSource("kant.edgedaemon.engine.docker.EngineUnderTest#all")
@Timeout(120)
class ImageSweepTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration WEEK = Duration.ofDays(7);

    @Parameter
    EngineUnderTest under;

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private final MovableTime time = new MovableTime(Instant.parse("2026-11-25T00:00:00Z"));
    private final Deque<Integer> percents = new ArrayDeque<>();
    private UnixHttpClient api;
    private FaultyRegistry registry;
    private FaultyRegistry another;
    private ImageBook book;
    private DockerImages images;
    private ImageSweep sweep;

    @BeforeEach
    void start() throws Exception {
        api = new UnixHttpClient(under.socket(), tasks);
        registry = new FaultyRegistry(folder + "one", tasks);
        another = new FaultyRegistry(folder + "two", tasks);
        TestImage.load(under.socket(), tasks);
        var docker = new DockerClient(under.socket(), tasks);
        book = ImageBook.open(new PrivateFiles(new FileDisk(folder.resolve("images"))));
        var attempt = new ImagePull(docker, PullLimits.DEFAULT, tasks, Time.system());
        var pulls = new Pulls(attempt::pull, PullLimits.DEFAULT, () -> false, time, Randomness.secure());
        images = new DockerImages(docker, pulls, book, time);
        sweep = new ImageSweep(docker, book, ImageSettings.usual("kant-test/agent:1"), _ -> percents.remove(), time);
    }

    @AfterEach
    void stop() throws Exception {
        for (String image : List.of(registry.image(), another.image(), "kant-test/others:1", "kant-test/agent:1")) {
            call("DELETE", "/images/" + DockerClient.encode(image) + "?force=true");
        }
        registry.close();
        another.close();
        tasks.close();
    }

    @Test
    void an_image_of_ours_goes_when_nobody_used_it_for_the_age() throws Exception {
        images.pull(spec(registry.image()));

        time.advance(WEEK.minusSeconds(1));
        sweep.sweepOld();
        assertThat(there(registry.image())).isTrue();

        time.advance(Duration.ofSeconds(1));
        sweep.sweepOld();
        assertThat(there(registry.image())).isFalse();
        assertThat(book.entries()).isEmpty();
        assertThat(there(TestImage.NAME)).isTrue();
    }

    @Test
    void an_image_that_a_container_uses_stays_also_a_strangers_and_counts_from_its_end() throws Exception {
        images.pull(spec(registry.image()));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("Image", registry.image());
        api.call(UnixRequest.of("POST", "/containers/create?name=kanttest-sweep", body), LIMIT)
                .orThrow();

        time.advance(WEEK.multipliedBy(2));
        sweep.sweepOld();
        call("DELETE", "/containers/kanttest-sweep?force=true");
        sweep.sweepOld();
        assertThat(there(registry.image())).isTrue();

        time.advance(WEEK);
        sweep.sweepOld();
        assertThat(there(registry.image())).isFalse();
    }

    @Test
    void an_image_that_was_there_before_our_pull_is_never_ours() throws Exception {
        pullAsSomebodyElse(registry.image());

        images.pull(spec(registry.image()));
        time.advance(WEEK.multipliedBy(2));
        sweep.sweepOld();

        assertThat(there(registry.image())).isTrue();
    }

    @Test
    void an_image_that_also_has_somebody_elses_name_stays() throws Exception {
        images.pull(spec(registry.image()));
        call("POST", "/images/" + DockerClient.encode(registry.image()) + "/tag?repo=kant-test%2Fothers&tag=1");

        time.advance(WEEK.multipliedBy(2));
        sweep.sweepOld();

        assertThat(there("kant-test/others:1")).isTrue();
        assertThat(there(registry.image())).isTrue();
    }

    @Test
    void the_bootstrap_agents_image_stays() throws Exception {
        images.pull(spec(registry.image()));
        call("POST", "/images/" + DockerClient.encode(registry.image()) + "/tag?repo=kant-test%2Fagent&tag=1");
        call("DELETE", "/images/" + DockerClient.encode(registry.image()));

        time.advance(WEEK.multipliedBy(2));
        sweep.sweepOld();

        assertThat(there("kant-test/agent:1")).isTrue();
    }

    @Test
    void a_full_disk_takes_the_longest_unused_first_and_no_more_than_it_must() throws Exception {
        images.pull(spec(registry.image()));
        time.advance(Duration.ofMinutes(1));
        images.pull(spec(another.image()));
        time.advance(Duration.ofHours(2));

        percents.add(84); // below the high mark
        sweep.sweepWhileFull();
        assertThat(there(registry.image())).isTrue();

        percents.addAll(List.of(91, 90, 75)); // full, full, low enough
        sweep.sweepWhileFull();
        assertThat(there(registry.image())).isFalse();
        assertThat(there(another.image())).isTrue();
    }

    @Test
    void an_image_that_was_pulled_just_now_survives_a_full_disk() throws Exception {
        images.pull(spec(registry.image()));
        percents.add(99);

        sweep.sweepWhileFull();

        assertThat(there(registry.image())).isTrue();
        assertThat(sweep.makeRoom()).isFalse();
        time.advance(Duration.ofHours(2));
        assertThat(sweep.makeRoom()).isTrue();
        assertThat(there(registry.image())).isFalse();
    }

    @Test
    void the_book_is_read_again_after_a_restart_and_a_damaged_one_costs_nothing_but_space() throws Exception {
        images.pull(spec(registry.image()));

        var files = new PrivateFiles(new FileDisk(folder.resolve("images")));
        assertThat(ImageBook.open(files).entries()).isEqualTo(book.entries()).hasSize(1);
        files.write("images.json", new byte[] {'{'});
        assertThat(ImageBook.open(files).entries()).isEmpty();
    }

    private void pullAsSomebodyElse(String image) throws IOException {
        String[] parts = image.split(":(?=\\d+$)");
        call("POST", "/images/create?fromImage=" + DockerClient.encode(parts[0]) + "&tag=" + parts[1]);
    }

    private boolean there(String image) throws IOException {
        return api.call(UnixRequest.of("GET", "/images/" + DockerClient.encode(image) + "/json"), LIMIT)
                        .status()
                == 200;
    }

    private void call(String method, String target) throws IOException {
        api.call(UnixRequest.of(method, target), LIMIT);
    }

    private static ModuleSpec spec(String image) {
        return ModuleSpec.of("kanttest-sweep", image, JsonNodeFactory.instance.objectNode(), Map.of());
    }
}
