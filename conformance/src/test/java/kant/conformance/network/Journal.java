package kant.conformance.network;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import kant.conformance.harness.HubService;
import kant.testkit.history.History;

/** Follows the parent's telemetry from the oldest message on, and enters each arrival in the books of the play it belongs to. */
final class Journal implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(30);

    private final HubService service;
    private final Map<String, Book> books = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** What the arrivals of one play are entered in. */
    record Book(History history, Returns returns) {}

    private Journal(HubService service) {
        this.service = service;
        thread = Thread.ofVirtual().name("journal").unstarted(this::follow);
    }

    static Journal start(HubService service) {
        var journal = new Journal(service);
        journal.thread.start();
        return journal;
    }

    /** Keeps books of this play from now on, to the end of the campaign: a message may come again late. */
    void open(String play, Book book) {
        books.put(play, book);
    }

    private void follow() {
        long after = -1;
        while (!stopped) {
            try {
                JsonNode batch = service.call("GET", "/kant/telemetry?max=1000&waitSeconds=1&after=" + after, null)
                        .require(200)
                        .json();
                for (JsonNode event : batch.path("events")) {
                    after = event.path("sequence").asLong();
                    enter(event.path("properties"));
                }
            } catch (IOException e) {
                throw new IllegalStateException("the parent's telemetry can't be read", e);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void enter(JsonNode properties) {
        if (Note.isIn(properties)) {
            Note note = Note.of(properties);
            Book book = books.get(note.play());
            book.returns().arrived();
            book.history()
                    .arrived(
                            Lane.PARENT,
                            note.stream(),
                            note.number(),
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        if (!thread.join(END)) {
            throw new AssertionError("the parent's telemetry did not answer within " + END.toSeconds() + " s");
        }
    }
}
