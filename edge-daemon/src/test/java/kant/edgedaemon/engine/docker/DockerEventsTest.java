package kant.edgedaemon.engine.docker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import kant.daemonapi.unix.ApiAnswer;
import kant.daemonapi.unix.ApiCall;
import kant.daemonapi.unix.UnixHttpServer;
import kant.daemonapi.unix.UnixServerConfig;
import kant.edgedaemon.Eventually;
import kant.protocol.net.EventLoops;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that goes and comes back; {@code EngineKilledTest} of conformance does it to a real one. */
@Timeout(30)
class DockerEventsTest {
    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private final EventLoops loops = EventLoops.start(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger told = new AtomicInteger();

    @AfterEach
    void stop() {
        over.countDown();
        tasks.close();
        loops.close();
    }

    @Test
    void the_engines_going_and_its_return_are_told_at_once_although_no_event_comes() throws Exception {
        try (var events = new DockerEvents(new DockerClient(socket(), tasks), _ -> {}, Time.system())) {
            events.onChange(told::incrementAndGet);
            tasks.spawn("events", events);
            for (int change = 1; change <= 4; change += 2) {
                int times = change;
                Eventually.that("the engine's absence to be told", () -> told.get() == times);
                try (var _ = engine()) {
                    Eventually.that("the engine's return to be told", () -> told.get() == times + 1);
                }
            }
        }
    }

    private Path socket() {
        return folder.resolve("engine.sock");
    }

    private UnixHttpServer engine() throws IOException {
        return UnixHttpServer.start(UnixServerConfig.of(socket(), "rw-rw----", 50), loops.group(), tasks, this::answer);
    }

    /** A stream of events in which none comes. */
    private ApiAnswer answer(ApiCall call) {
        return call.segments().contains("_ping")
                ? new ApiAnswer.Empty(200, Map.of("Api-Version", "1.41"))
                : new ApiAnswer.Stream(200, "application/json", new InputStream() {
                    @Override
                    public int read() throws IOException {
                        try {
                            over.await();
                            return -1;
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new IOException(e);
                        }
                    }
                });
    }
}
