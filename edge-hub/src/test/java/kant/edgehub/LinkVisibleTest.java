package kant.edgehub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import kant.edgehub.fake.Await;
import kant.edgehub.parent.LinkView;
import kant.model.message.Target;
import kant.model.twin.TwinPatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What modules see of the link, and what the twin lets go over it. */
@Timeout(60)
class LinkVisibleTest {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("HH:mm");

    @TempDir
    private Path directory;

    @Test
    void its_state_is_in_the_twin_and_what_waits_while_it_is_down_is_seen() throws Exception {
        try (var hub = HubFixture.online(directory);
                var filter = hub.client("edge/filter").connect()) {
            Await.until(
                    "the twin says that it is up",
                    () -> hub.reported("upstream").contains("{\"state\":\"up\",\"since\":\"2"));
            LinkView up = hub.linkWatch().view();

            hub.link.down();
            filter.send("level=hot", "1");

            LinkView down = hub.linkWatch().view();
            assertThat(down.state()).isEqualTo(LinkView.State.DOWN);
            assertThat(down.transitions()).isEqualTo(up.transitions() + 1);
            assertThat(down.pending()).isEqualTo(1);
            hub.link.up();
            Await.until("it has gone up", () -> hub.linkWatch().view().pending() == 0);
        }
    }

    @Test
    void quiet_hours_of_the_twin_are_in_force_at_once_and_so_is_their_end() throws Exception {
        LocalTime now = LocalTime.now(ZoneOffset.UTC);
        String hours = MINUTE.format(now.minusHours(1)) + "-" + MINUTE.format(now.plusHours(2));
        try (var hub = HubFixture.online(directory);
                var filter = hub.client("edge/filter").connect()) {
            var limits = JsonNodeFactory.instance.objectNode();
            limits.putObject("upstreamLimits").putArray("quietHours").add(hours);
            hub.link.identity(HubFixture.HUB).listener().desired(new TwinPatch(limits, 2));
            Await.until(
                    "version 2 is in force",
                    () -> hub.reported("lastDesiredVersion").endsWith("2"));

            filter.send("level=hot", "1");
            filter.send("level=hot", "2");
            assertThat(hub.counts(Target.UPSTREAM).pending()).isEqualTo(2);
            assertThat(hub.counts(Target.UPSTREAM).delivered()).isZero();

            var none = JsonNodeFactory.instance.objectNode();
            none.putNull("upstreamLimits");
            hub.link.identity(HubFixture.HUB).listener().desired(new TwinPatch(none, 3));
            Await.until("both have gone up", () -> hub.counts(Target.UPSTREAM).delivered() == 2);
        }
    }

    @Test
    void a_limit_that_makes_no_sense_is_refused_and_changes_nothing() throws Exception {
        try (var hub = HubFixture.online(directory, Map.of("KANT_UPSTREAM_BYTES_PER_SECOND", "100000"))) {
            var limits = JsonNodeFactory.instance.objectNode();
            limits.putObject("upstreamLimits").put("bytesPerSecond", "fast");

            hub.link.identity(HubFixture.HUB).listener().desired(new TwinPatch(limits, 2));

            Await.until(
                    "it is refused",
                    () -> hub.reported("lastDesiredStatus").contains("upstreamLimits.bytesPerSecond is \\\"fast\\\""));
        }
    }
}
