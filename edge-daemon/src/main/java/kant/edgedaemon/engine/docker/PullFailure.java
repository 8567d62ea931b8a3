package kant.edgedaemon.engine.docker;

import java.util.List;
import java.util.Locale;
import kant.edgedaemon.engine.EngineException;

/**
 * Why a pull failed, as far as it says whether another attempt helps. Engines put the registry's answer into a sentence, seldom into the
 * status, and never tell its {@code Retry-After}.
 */
enum PullFailure {
    /** Another attempt would end the same way. */
    FINAL,
    /** The registry or the way to it failed. */
    PASSING,
    /** The registry wants to be left alone for a while. */
    TOO_MANY,
    /** The engine's disk is full. */
    NO_SPACE;

    private static final List<Integer> FINAL_STATUSES = List.of(400, 401, 403, 404);
    private static final int TOO_MANY_REQUESTS = 429;
    /** Docker's and Podman's words, and the registries' that they pass on. */
    private static final List<String> FINAL_WORDS = List.of(
            "unauthorized",
            "authentication required",
            "no basic auth credentials",
            "denied",
            "manifest unknown",
            "not found",
            "no matching manifest",
            "invalid reference",
            "x509:");

    static PullFailure of(EngineException failure) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure.status() == TOO_MANY_REQUESTS
                || text.contains("toomanyrequests")
                || text.contains("too many requests")) {
            return TOO_MANY;
        }
        if (text.contains("no space left")) {
            return NO_SPACE;
        }
        boolean last = FINAL_STATUSES.contains(failure.status())
                || FINAL_WORDS.stream().anyMatch(text::contains);
        return last ? FINAL : PASSING;
    }
}
