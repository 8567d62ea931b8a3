package kant.upstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageType;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.net.EventLoops;
import kant.upstream.Backoff;
import kant.upstream.LinkState;
import kant.upstream.LinkTiming;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the whole link share: a small parent on real sockets, over TLS. */
abstract class MqttLinkRig {
    static final long LIMIT_SECONDS = 20;
    static final TestTls TLS = new TestTls();
    static final TokenSource TOKENS = TokenSource.ofKey(Given.KEY, Time.system());
    final EventLoops loops = EventLoops.start(2);
    final Tasks tasks = Tasks.virtual("test");
    final BlockingQueue<LinkState> shown = new LinkedBlockingQueue<>();
    FakeParent parent;
    MqttLink link;

    @BeforeEach
    void start() throws Exception {
        parent = new FakeParent(loops, TLS.server());
        link = link(Given.config(8, 16));
    }

    @AfterEach
    void stop() {
        link.close();
        parent.close();
        tasks.close();
        loops.close();
    }

    MqttLink link(MqttLinkConfig config) throws IOException {
        var address = new ParentConfig(TestTls.HOST, "127.0.0.1", parent.port(), 443, TLS.client());
        return MqttLink.start(
                address,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                Given.DEVICE,
                Transport.TCP,
                config);
    }

    static LinkTiming timing(Backoff lost, Duration attempt) {
        LinkTiming given = Given.TIMING;
        return new LinkTiming(
                lost,
                lost,
                given.refused(),
                attempt,
                given.healthy(),
                given.drain(),
                given.debounce(),
                given.tokenShare());
    }

    UpstreamIdentity up(IdentityId id) throws InterruptedException {
        var listener = new RecordingListener();
        UpstreamIdentity identity = link.attach(id, TOKENS, listener);
        listener.next(Up.class);
        return identity;
    }

    LinkState nextShown() throws InterruptedException {
        LinkState next = shown.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("the next state shown").isNotNull();
        return next;
    }
    /** The next packet of a kind, past those that others of these tests are about. */
    FakeParent.Did skipTo(MqttMessageType what) throws InterruptedException {
        FakeParent.Did next = parent.nextAny();
        while (next.what() != what) {
            next = parent.nextAny();
        }
        return next;
    }

    static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    static Refusal refusal(CompletionStage<?> stage) throws Exception {
        try {
            Object value = done(stage);
            throw new AssertionError("not refused but done: " + value);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(RefusedException.class);
            return ((RefusedException) e.getCause()).refusal();
        }
    }
}
