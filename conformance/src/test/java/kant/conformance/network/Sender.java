package kant.conformance.network;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kant.testkit.history.History;
import kant.testkit.history.Stream;

/**
 * A plain client that sends numbered messages, one at a time, of some kinds in turn; it connects again whenever it has to, and
 * leaves a message whose answer never came to its fate.
 */
final class Sender implements AutoCloseable {
    private static final long PACE_NANOS = Duration.ofMillis(30).toNanos();
    private static final long AGAIN_NANOS = Duration.ofMillis(150).toNanos();
    private static final Duration END = Duration.ofSeconds(60);

    private final Opener opener;
    private final List<Note.Kind> kinds;
    private final Map<Note.Kind, Stream> streams = new EnumMap<>(Note.Kind.class);
    private final Thread thread;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile boolean stopped;

    /** How it connects. */
    interface Opener {
        Door open() throws Exception;
    }

    private Sender(String play, String name, List<Note.Kind> kinds, History history, Opener opener) {
        this.opener = opener;
        this.kinds = kinds;
        for (Note.Kind kind : kinds) {
            streams.computeIfAbsent(
                    kind,
                    key -> history.stream(
                            Note.streamName(play, name, key),
                            List.of(key == Note.Kind.LOCAL ? Lane.SINK : Lane.PARENT)));
        }
        thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /** Begins to send. */
    static Sender start(String play, String name, List<Note.Kind> kinds, History history, Opener opener) {
        var sender = new Sender(play, name, kinds, history, opener);
        sender.thread.start();
        return sender;
    }

    private void run() {
        int turn = 0;
        while (!stopped) {
            try (Door door = opener.open()) {
                while (!stopped) {
                    send(door, kinds.get(turn++ % kinds.size()));
                    LockSupport.parkNanos(PACE_NANOS);
                }
            } catch (IOException _) {
                LockSupport.parkNanos(AGAIN_NANOS); // the connection was lost or could not be made: again
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void send(Door door, Note.Kind kind) throws IOException {
        Stream stream = streams.get(kind);
        Note note = Note.next(stream, kind);
        if (door.send(note)) {
            stream.acknowledged(note.number());
        } else {
            stream.refused(note.number());
        }
        first.countDown();
    }

    /** Waits for the first answer. */
    void awaitFirst() throws InterruptedException {
        if (!first.await(END.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(thread.getName() + " was not answered within " + END.toSeconds() + " s");
        }
    }

    /** Sends nothing new, and waits for the answer to the last. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        if (!thread.join(END)) {
            throw new AssertionError(thread.getName() + " waited more than " + END.toSeconds() + " s for an answer");
        }
    }
}
