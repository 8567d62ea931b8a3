package kant.daemonapi.management;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which log lines, and whether to wait for more.
 *
 * @param tail how many of the last lines; null for all
 * @param since RFC 3339, Unix seconds or a duration back from now such as {@code 1h}; null for the beginning
 * @param until the same for the end
 */
public record LogOptions(
        boolean follow,
        @Nullable Long tail,
        @Nullable String since,
        @Nullable String until,
        boolean timestamps) {

    /** Everything there is now. */
    public static LogOptions all() {
        return new LogOptions(false, null, null, null, false);
    }

    /** The same, waiting for more. */
    public LogOptions following() {
        return new LogOptions(true, tail, since, until, timestamps);
    }

    /** The same, of the last lines only. */
    public LogOptions last(long lines) {
        return new LogOptions(follow, lines, since, until, timestamps);
    }

    /** {@code follow=true&tail=…}. */
    String query() {
        List<String> parts = new ArrayList<>();
        parts.add("follow=" + follow);
        parts.add("tail=" + (tail == null ? "all" : tail.toString()));
        if (since != null) {
            parts.add("since=" + URLEncoder.encode(since, StandardCharsets.UTF_8));
        }
        if (until != null) {
            parts.add("until=" + URLEncoder.encode(until, StandardCharsets.UTF_8));
        }
        parts.add("timestamps=" + timestamps);
        return String.join("&", parts);
    }
}
