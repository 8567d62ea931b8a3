package kant.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import kant.conformance.Waits;
import kant.conformance.harness.SasIdentity;
import kant.testkit.history.History;
import kant.testkit.history.Verdict;
import org.junit.jupiter.api.Test;

/**
 * Very many messages are queued in a hub with a small heap while nobody reads, the hub is killed and drained. {@code
 * campaign/million} does it with a million.
 */
class MillionTest {
    private static final int MESSAGES = Integer.getInteger("kant.messages", 100_000);
    private static final int SENDERS = 10;
    private static final int MESSAGE_BYTES = 256;
    private static final int WINDOW = 5000;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Map<String, String> SMALL_HEAP = Map.of("_JAVA_OPTIONS", "-Xmx64m"); // counts after all others

    private final History history = new History(WINDOW);
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void messages_without_end_wait_on_disk_and_come_out_balanced() throws Exception {
        try (Site site = Site.start(SMALL_HEAP)) {
            List<SasIdentity> identities = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                identities.add(site.leaf("bulk" + i));
            }
            double startedEmpty = secondsToStart(site);
            site.standIn.kill();
            double accepting = accept(site, identities);
            say(
                    "%d messages accepted with nobody to read them, %.0f a second, the process at most %d MB",
                    MESSAGES, MESSAGES / accepting, peakMegabytes(site));
            assertThat(site.books(Site.INPUT)).containsEntry("accepted", (long) MESSAGES);

            double startedFull = secondsToStart(site);
            say("started again after a kill within %.2f s, %.2f s when it was empty", startedFull, startedEmpty);
            double draining = drain(site);
            say(
                    "drained to a module, %.0f a second, the process at most %d MB",
                    MESSAGES / draining, peakMegabytes(site));

            Verdict verdict = history.verdict();
            say("%s", verdict.text());
            assertThat(verdict.good()).as(verdict.text()).isTrue();
            assertThat(verdict.acknowledged()).isEqualTo(MESSAGES);
            Waits.until(
                    "balanced books",
                    LONG,
                    () -> site.books(Site.INPUT)
                            .equals(Map.of(
                                    "accepted",
                                    (long) MESSAGES,
                                    "delivered",
                                    (long) MESSAGES,
                                    "expired",
                                    0L,
                                    "dropped",
                                    0L,
                                    "pending",
                                    0L)));
            say("accepted = delivered = %d", MESSAGES);
        }
    }

    /** Kills it and starts it again. */
    private double secondsToStart(Site site) throws Exception {
        long millis = System.currentTimeMillis();
        site.hub.kill();
        long begin = System.nanoTime();
        site.hub.restart();
        history.disturbed(millis, System.currentTimeMillis());
        return seconds(begin);
    }

    private double accept(Site site, List<SasIdentity> identities) throws Exception {
        List<Comeback> senders = new ArrayList<>();
        long begin = System.nanoTime();
        for (SasIdentity identity : identities) {
            var outgoing = new Outgoing(
                    identity,
                    Outgoing.Mix.of(MESSAGES / SENDERS, MESSAGE_BYTES),
                    Outgoing.Manner.SENDS_AGAIN,
                    history,
                    random.split());
            senders.add(Comeback.start(
                    identity.clientId(), new MqttSender(site, identity, MqttSender.Pace.FASTEST, outgoing)));
        }
        for (Comeback sender : senders) {
            sender.await(LONG);
        }
        return seconds(begin);
    }

    private double drain(Site site) throws Exception {
        long begin = System.nanoTime();
        Comeback reader = Comeback.start("module reader", new ModuleReader(site, history));
        Waits.until("everything to arrive", LONG, () -> history.outstanding() == 0);
        double took = seconds(begin);
        reader.close();
        return took;
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static long peakMegabytes(Site site) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + site.hub.program().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElseThrow();
    }

    private static void say(String format, Object... figures) {
        System.out.println("million: " + String.format(Locale.ROOT, format, figures));
    }
}
