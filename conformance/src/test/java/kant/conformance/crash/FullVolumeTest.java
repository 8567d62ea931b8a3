package kant.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kant.conformance.Waits;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.SmallDisk;
import kant.testkit.history.History;
import kant.testkit.history.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A small volume that is filled several times over while the parent is away: by messages that nobody reads, and by somebody else's
 * file that takes all that is left and gives it back.
 */
class FullVolumeTest {
    private static final long MEGABYTES = 64;
    private static final int FILLS = 4;
    private static final int WINDOW = 1500;
    private static final Duration SOON = Duration.ofSeconds(60);

    /** More than the volume has: the volume is what ends the store's growth. */
    private static final Map<String, String> LARGE_STORE = Map.of("KANT_STORE_MAX_BYTES", Long.toString(1L << 30));

    private final History history = new History(WINDOW);
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Outgoing> outgoing = new ArrayList<>();
    private final List<Comeback> senders = new ArrayList<>();
    private SmallDisk disk;
    private Site site;
    private SasIdentity controlled;
    private SasIdentity mqttBulk;
    private SasIdentity amqpBulk;
    private SasIdentity amqpUrgent;

    @BeforeEach
    void start() throws Exception {
        site = Site.start(LARGE_STORE, storage -> disk = SmallDisk.loop(storage, MEGABYTES));
        controlled = site.module("controlled");
        mqttBulk = site.leaf("mqtt-bulk");
        amqpBulk = site.leaf("amqp-bulk");
        amqpUrgent = site.leaf("amqp-urgent");
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void a_volume_filled_many_times_over_loses_nothing_and_stops_nothing() throws Exception {
        long pid = site.hub.program().pid();
        site.standIn.kill();
        Outgoing overMqtt = outgoing(mqttBulk, Outgoing.Mix.TO_READER_ONLY);
        start(mqttBulk, new MqttSender(site, mqttBulk, MqttSender.Pace.STEADY, overMqtt));
        sendOverAmqp(amqpBulk, Outgoing.Mix.TO_READER_ONLY);

        for (int fill = 1; fill <= FILLS; fill++) {
            awaitRefusals();
            assertThat(control()).as("control work on a full store").isTrue();
            if (fill == FILLS) {
                sendOverAmqp(amqpUrgent, Outgoing.Mix.URGENT_ONLY);
            }
            Comeback reader = Comeback.start("module reader", new ModuleReader(site, history));
            awaitAcknowledged();
            leave(reader);
            takeAwayAndGiveBack();
        }
        site.standIn.restart();
        Verdict verdict = finish();

        System.out.println("full: " + FILLS + " fills of " + MEGABYTES + " MB: " + verdict.text());
        assertThat(verdict.good()).as(verdict.text()).isTrue();
        assertThat(site.hub.program().pid()).as("the hub is the same process").isEqualTo(pid);
        assertThat(site.hub.program().alive()).isTrue();
    }

    private void sendOverAmqp(SasIdentity identity, Outgoing.Mix mix) {
        start(identity, new AmqpSending(site, identity, outgoing(identity, mix)));
    }

    private Outgoing outgoing(SasIdentity identity, Outgoing.Mix mix) {
        var messages = new Outgoing(identity, mix, Outgoing.Manner.SENDS_AGAIN, history, random.split());
        outgoing.add(messages);
        return messages;
    }

    private void start(SasIdentity identity, Comeback.Life life) {
        senders.add(Comeback.start(identity.clientId(), life));
    }

    /** Senders are told no, as often as shows that it lasts. */
    private void awaitRefusals() throws Exception {
        long before = refused();
        Waits.until("senders to be refused", SOON, () -> refused() > before + 20);
    }

    private void awaitAcknowledged() throws Exception {
        long before = acknowledged();
        Waits.until("senders to be acknowledged again", SOON, () -> acknowledged() > before + 100);
    }

    /** In the middle of what the hub writes. */
    private void takeAwayAndGiveBack() throws Exception {
        disk.leave(0);
        awaitRefusals();
        assertThat(site.hub.metrics()).contains("kant_store_bytes");
        disk.free();
    }

    private long refused() {
        return outgoing.stream().mapToLong(Outgoing::refused).sum();
    }

    private long acknowledged() {
        return outgoing.stream().mapToLong(Outgoing::acknowledged).sum();
    }

    /** Reports a property and reads its twin; false where the hub does not know the module yet. */
    private boolean control() throws Exception {
        try (MqttSocket client = MqttSocket.open(site.hub.address(), site.hubTrust, controlled)) {
            client.subscribe("$iothub/twin/res/#");
            client.send("$iothub/twin/PATCH/properties/reported/?$rid=1", "{\"filled\":" + random.nextInt(1000) + "}");
            assertThat(client.receive().topic()).startsWith("$iothub/twin/res/204");
            client.send("$iothub/twin/GET/?$rid=2", "");
            assertThat(client.receive().topic()).startsWith("$iothub/twin/res/200");
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void leave(Comeback reader) throws Exception {
        long now = System.currentTimeMillis();
        reader.close();
        history.disturbed(now, System.currentTimeMillis() + 200);
    }

    private Verdict finish() throws Exception {
        Comeback upstream = Comeback.start("upstream reader", new UpstreamReader(site, history));
        Comeback reader = Comeback.start("module reader", new ModuleReader(site, history));
        for (Comeback sender : senders) {
            sender.close();
        }
        Waits.until("everything acknowledged to arrive", SOON, () -> history.outstanding() == 0);
        reader.close();
        upstream.close();
        return history.verdict();
    }
}
