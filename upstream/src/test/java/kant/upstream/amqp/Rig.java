package kant.upstream.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.net.EventLoops;
import kant.upstream.Backoff;
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

/** A link and a parent that misbehaves as it is told, on real sockets. */
final class Rig implements AutoCloseable {
    static final long LIMIT_SECONDS = 20;
    static final String KEY = "a2V5IG9mIHRoZSB0ZXN0cw==";
    static final TokenSource TOKENS = TokenSource.ofKey(KEY, Time.system());
    static final IdentityId HUB = IdentityId.module("edge", "$edgeHub");
    static final IdentityId DEVICE = IdentityId.device("d1");
    static final String EVENTS = "/devices/d1/messages/events";
    static final int AT_ONCE = 4;

    /** Quick where a test waits for it, long where it must not happen. */
    static final LinkTiming TIMING = new LinkTiming(
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)),
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)),
            new Backoff(Duration.ofMinutes(5), Duration.ofMinutes(5)),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofMillis(300),
            0.85);

    private static final TestTls TLS = new TestTls();

    final EventLoops loops = EventLoops.start(2);
    final Tasks tasks = Tasks.virtual("test");
    final RecordingListener listener = new RecordingListener();
    final ScriptedParent parent;
    final AmqpLink link;

    Rig() throws IOException {
        this(Duration.ofSeconds(60), Duration.ofSeconds(20));
    }

    /**
     * @param idle how long the parent may say nothing at all
     * @param answer how long it may leave something unanswered
     */
    Rig(Duration idle, Duration answer) throws IOException {
        parent = new ScriptedParent(loops, TLS.server());
        var address = new ParentConfig(TestTls.HOST, "127.0.0.1", 1, parent.port(), 1, TLS.client(), null);
        var config = new AmqpLinkConfig(TIMING, AT_ONCE, 8, 16, idle, answer, Duration.ofSeconds(5), "Kant/test");
        link = AmqpLink.start(
                address,
                LinkWorld.unlimited(loops, tasks, Time.system(), Randomness.secure()),
                HUB,
                List.of(Transport.TCP),
                config);
    }

    @Override
    public void close() {
        link.close();
        parent.close();
        tasks.close();
        loops.close();
    }

    UpstreamIdentity attached() throws InterruptedException {
        UpstreamIdentity identity = link.attach(DEVICE, TOKENS, listener);
        listener.next(Up.class);
        return identity;
    }

    static Message message(String text) {
        return new Message(DEVICE, Map.of(), Map.of("n", text), text.getBytes(StandardCharsets.UTF_8));
    }

    static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    static Refusal refusal(CompletionStage<?> stage) {
        var failure = catchThrowable(() -> stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS));
        assertThat(failure).hasCauseInstanceOf(RefusedException.class);
        return ((RefusedException) failure.getCause()).refusal();
    }
}
