package kant.conformance.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kant.conformance.Waits;
import kant.conformance.harness.SasIdentity;
import kant.testkit.history.History;
import kant.testkit.history.Verdict;

/**
 * Senders, readers, and a hub that is killed again and again under them. The seed says when it is killed and who is away;
 * what the machine does in between is not repeated.
 */
final class CrashCampaign implements AutoCloseable {
    private static final int MQTT_SENDERS = 4;
    private static final int AMQP_SENDERS = 2;

    /**
     * Arrivals at one endpoint that a kill may repeat: what the hub has under way to it, and what arrived in the last milliseconds
     * before, between two writings of the cursors.
     */
    private static final int WINDOW = 1500;

    /** What a killed hub had handed over to the machine is still read a little later. */
    private static final long STILL_ARRIVING_MILLIS = 200;

    private static final Duration DRAINED = Duration.ofSeconds(90);

    private final SplittableRandom random;
    private final Site site;
    private final History history = new History(WINDOW);
    private final List<Comeback> senders = new ArrayList<>();
    private final Comeback upstream;
    private Comeback reader;
    private boolean readerHere = true;

    CrashCampaign(Site site, SplittableRandom random) throws Exception {
        this.site = site;
        this.random = random;
        upstream = Comeback.start("upstream reader", new UpstreamReader(site, history));
        reader = Comeback.start("module reader", new ModuleReader(site, history));
        for (int i = 0; i < MQTT_SENDERS + AMQP_SENDERS; i++) {
            senders.add(sender(i));
        }
    }

    private Comeback sender(int number) throws Exception {
        boolean mqtt = number < MQTT_SENDERS;
        SasIdentity identity = site.leaf((mqtt ? "mqtt" : "amqp") + number);
        var manner = number % 2 == 0 ? Outgoing.Manner.SENDS_AGAIN : Outgoing.Manner.FORGETS;
        var outgoing = new Outgoing(identity, Outgoing.Mix.USUAL, manner, history, random.split());
        return Comeback.start(
                identity.clientId(),
                mqtt
                        ? new MqttSender(site, identity, MqttSender.Pace.STEADY, outgoing)
                        : new AmqpSending(site, identity, outgoing));
    }

    /** Kills the hub once under load, sometimes once more while it starts, and waits until it is there again. */
    void round() throws Exception {
        sometimesTurnReader();
        KillPoint.random(random).await(site.hub);
        killAndLaunch();
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            KillPoint.pass(Duration.ofMillis(50 + random.nextInt(1200)));
            killAndLaunch();
        }
        site.hub.awaitReady();
    }

    /** Without a reader a backlog grows that the next rounds' recoveries find. */
    private void sometimesTurnReader() throws Exception {
        if (random.nextInt(3) > 0) {
            return;
        }
        if (readerHere) {
            sendReaderAway();
        } else {
            reader = Comeback.start("module reader", new ModuleReader(site, history));
            readerHere = true;
        }
    }

    void sendReaderAway() throws Exception {
        long now = System.currentTimeMillis();
        reader.close();
        readerHere = false;
        history.disturbed(now, System.currentTimeMillis() + STILL_ARRIVING_MILLIS);
    }

    private void killAndLaunch() throws Exception {
        long now = System.currentTimeMillis();
        site.hub.kill();
        site.hub.launch();
        history.disturbed(now, System.currentTimeMillis() + STILL_ARRIVING_MILLIS);
    }

    /** Lets everybody finish; what the history says when nothing more can come. */
    Verdict finish() throws Exception {
        if (!readerHere) {
            reader = Comeback.start("module reader", new ModuleReader(site, history));
            readerHere = true;
        }
        for (Comeback sender : senders) {
            sender.close();
        }
        senders.clear();
        try {
            Waits.until("everything to be delivered", DRAINED, this::nothingPending);
            Waits.until("everything acknowledged to arrive", Duration.ofSeconds(5), () -> history.outstanding() == 0);
        } catch (AssertionError _) {
            return history.verdict(); // which says what is missing
        }
        return history.verdict();
    }

    /** By the hub's own word: it is asked for its books only to know when to stop waiting. */
    private boolean nothingPending() throws Exception {
        return site.books(Site.UPSTREAM).getOrDefault("pending", 0L) == 0
                && site.books(Site.INPUT).getOrDefault("pending", 0L) == 0;
    }

    @Override
    public void close() throws Exception {
        for (Comeback sender : senders) {
            sender.close();
        }
        reader.close();
        upstream.close();
    }
}
