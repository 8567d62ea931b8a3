package kant.edgedaemon.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which log lines.
 *
 * @param tail how many of the last ones; null for all
 */
public record LogQuery(
        boolean follow,
        @Nullable Long tail,
        @Nullable Instant since,
        @Nullable Instant until,
        boolean timestamps) {}
