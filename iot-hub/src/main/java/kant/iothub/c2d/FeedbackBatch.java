package kant.iothub.c2d;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Feedback that goes to one service at once, and to nobody else until it is settled.
 *
 * @param sequences of the records, never empty
 * @param enqueued when the oldest of them came to be
 * @param json a JSON array
 */
public record FeedbackBatch(List<Long> sequences, Instant enqueued, byte[] json) {
    public FeedbackBatch {
        sequences = List.copyOf(sequences);
    }

    static FeedbackBatch of(List<FeedbackTable.Row> rows) {
        String json = rows.stream().map(FeedbackTable.Row::json).collect(Collectors.joining(",", "[", "]"));
        return new FeedbackBatch(
                rows.stream().map(FeedbackTable.Row::sequence).toList(),
                rows.getFirst().enqueued(),
                json.getBytes(StandardCharsets.UTF_8));
    }
}
