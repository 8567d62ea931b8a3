package kant.upstream.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.net.EventLoops;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.RecordingListener;
import kant.upstream.RecordingListener.Up;
import kant.upstream.TestTls;
import kant.upstream.TokenSource;
import kant.upstream.Transport;
import kant.upstream.UpstreamIdentity;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.Test;

/**
 * How many small messages go through the link into a parent that only acknowledges. Its name keeps it out of the ordinary tests:
 * {@code mvn -o -Dfast -pl upstream -am test -Dtest='kant/upstream/amqp/LinkLoad' -Dsurefire.failIfNoSpecifiedTests=false}
 */
class LinkLoad {
    private static final int MESSAGES = 400_000;
    private static final int ROUNDS = 4;
    private static final int BYTES = 100;
    private static final TestTls TLS = new TestTls();
    private static final TokenSource TOKENS = TokenSource.ofKey("a2V5IG9mIHRoZSB0ZXN0cw==", Time.system());

    @Test
    void messages_per_second() throws Exception {
        try (var loops = EventLoops.start(2);
                var tasks = Tasks.virtual("load");
                var parent = new ScriptedParent(loops, TLS.server())) {
            parent.keep = false;
            var address = new ParentConfig(TestTls.HOST, "127.0.0.1", 1, parent.port(), 1, TLS.client(), null);
            try (var link = AmqpLink.start(
                    address,
                    LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                    IdentityId.device("d0"),
                    List.of(Transport.TCP),
                    AmqpLinkConfig.standard("load"))) {
                List<UpstreamIdentity> identities = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    var listener = new RecordingListener();
                    identities.add(link.attach(IdentityId.device("d" + i), TOKENS, listener));
                    listener.next(Up.class);
                }
                for (int round = 0; round < ROUNDS; round++) {
                    measure(identities.subList(0, 1), "1 identity");
                    measure(identities, "10 identities");
                }
            }
        }
    }

    private static void measure(List<UpstreamIdentity> identities, String name) throws InterruptedException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var room = new Semaphore(1000 * identities.size());
        var done = new CountDownLatch(MESSAGES);
        var failure = new AtomicReference<Throwable>();
        byte[] payload = new byte[BYTES];
        long began = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        for (int i = 0; i < MESSAGES; i++) {
            room.acquire();
            UpstreamIdentity identity = identities.get(i % identities.size());
            var _ = identity.send(new Message(identity.id(), Map.of("messageId", "1"), Map.of("k", "v"), payload))
                    .whenComplete((_, failed) -> {
                        if (failed != null) {
                            failure.set(failed);
                        }
                        room.release();
                        done.countDown();
                    });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(failure).hasValue(null);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%s: %,.0f messages/s, %.1f µs of CPU each (link, parent and TLS at both ends)%n",
                name, MESSAGES / seconds, (system.getProcessCpuTime() - cpu) / 1e3 / MESSAGES);
    }
}
