package kant.conformance.network;

import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kant.testkit.history.History;
import kant.testkit.net.Relay;

/** What a scenario plays on: one hub's lines, and the time. */
final class Stage {
    private final Site site;
    private final Duration minute;
    private final SplittableRandom random;
    private final History history;
    private final Returns returns;

    /**
     * @param minute how long a minute of a cycle is
     * @param history told of cuts
     * @param returns told each time the network comes back
     */
    Stage(Site site, Duration minute, SplittableRandom random, History history, Returns returns) {
        this.site = site;
        this.minute = minute;
        this.random = random;
        this.history = history;
        this.returns = returns;
    }

    /** Something done to a relay. */
    interface Spell {
        void on(Relay relay) throws Exception;
    }

    Uplink uplink() {
        return site.uplink();
    }

    Duration minute() {
        return minute;
    }

    /**
     * Nothing passes between hub and parent for a time. What had arrived last before may come once more, however long the queue is by
     * then that it has to wait in.
     */
    void cut(Duration time) throws IOException, InterruptedException {
        long from = millis();
        uplink().drop();
        pass(time);
        history.disturbed(from, millis());
        uplink().heal();
        returned();
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** To every relay between hub and parent. */
    void relays(Spell spell) throws Exception {
        for (Relay relay : site.uplink().relays()) {
            spell.on(relay);
        }
    }

    /** To every relay between clients and hub. */
    void clientRelays(Spell spell) throws Exception {
        for (Relay relay : site.clientRelays()) {
            spell.on(relay);
        }
    }

    /** The network is back: the first message upstream from here on ends the wait that is measured. */
    void returned() {
        returns.begin();
    }

    /** A time of chance, from a tenth to the whole. */
    Duration upTo(Duration most) {
        return Duration.ofNanos((long) (most.toNanos() * random.nextDouble(0.1, 1)));
    }

    /** Lets the network be as it is for a time. */
    void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
