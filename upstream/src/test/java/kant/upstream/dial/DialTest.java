package kant.upstream.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kant.protocol.net.EventLoops;
import kant.upstream.ParentConfig;
import kant.upstream.TestTls;
import kant.upstream.Transport;
import kant.upstream.budget.Budget;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dialling a port at which nobody answers, or nobody listens. */
@Timeout(60)
class DialTest {
    private static final TestTls TLS = new TestTls();

    private final EventLoops loops = EventLoops.start(1);
    private final Tasks tasks = Tasks.virtual("test");
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        tasks.close();
        loops.close();
    }

    /** The kernel knocks after 1, 3 and 7 seconds: without knocks of ours the answer at 3.5 s would be noticed at 7. */
    @Test
    void an_answer_is_noticed_within_a_second_or_so_however_long_there_was_none() throws Exception {
        try (var silence = new Silence(0)) {
            Dial dial = dial(silence.port(), Duration.ofSeconds(10));
            LockSupport.parkNanos(Duration.ofMillis(3500).toNanos());
            assertThat(heard).isEmpty();

            silence.end();

            assertThat(heard.poll(2, TimeUnit.SECONDS)).isEqualTo("connected");
            loops.group().next().execute(dial::close);
        }
    }

    @Test
    void an_attempt_that_nobody_answers_ends_at_its_limit_and_says_that_nobody_was_reached() throws Exception {
        try (var silence = new Silence(0)) {
            dial(silence.port(), Duration.ofMillis(1200));

            assertThat(heard.poll(5, TimeUnit.SECONDS)).startsWith("unreached");
            assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void who_is_let_in_and_hears_nothing_gives_up_and_says_so() throws Exception {
        try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            dial(mute.getLocalPort(), Duration.ofSeconds(10));

            assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("connected");
            assertThat(heard.poll(FirstAnswer.LIMIT.toSeconds() + 3, TimeUnit.SECONDS))
                    .startsWith("failed: the connection was let in");
        }
    }

    @Test
    void a_port_at_which_nobody_listens_is_told_at_once() throws Exception {
        int free;
        try (var silence = new Silence(0)) {
            free = silence.port();
        }

        dial(free, Duration.ofSeconds(10));

        assertThat(heard.poll(1, TimeUnit.SECONDS)).startsWith("unreached");
    }

    private Dial dial(int port, Duration limit) throws Exception {
        var parent = new ParentConfig(TestTls.HOST, "127.0.0.1", port, 1, 1, TLS.client(), null);
        var dialler = new Dialler(parent, loops, port, "mqtt", limit, tasks, new Budget(tasks, Time.system()));
        Peer peer = dialler.resolve(Transport.TCP, 0);
        var started = new CompletableFuture<Dial>();
        var loop = loops.group().next();
        loop.execute(() -> started.complete(dialler.dial(loop, Transport.TCP, peer, new Dialler.Caller() {
            @Override
            public void assemble(Channel channel) {
                heard.add("connected");
            }

            @Override
            public void unreached(String reason) {
                heard.add("unreached: " + reason);
            }

            @Override
            public void failed(String reason) {
                heard.add("failed: " + reason);
            }
        })));
        return started.get(10, TimeUnit.SECONDS);
    }
}
