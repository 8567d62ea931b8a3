package kant.iothub.service;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import kant.iothub.query.Select;
import kant.iothub.twin.TwinRow;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a query begins; travels to the client and back.
 *
 * @param after the last one of the page before, null for the first page
 * @param left how many more the query asks for
 */
record QueryPlace(@Nullable IdentityId after, int left) {
    static final String HEADER = "x-ms-continuation";

    static QueryPlace first(Select select) {
        return new QueryPlace(null, select.top());
    }

    QueryPlace behind(List<TwinRow> page) {
        return new QueryPlace(page.getLast().id(), left == Integer.MAX_VALUE ? left : left - page.size());
    }

    String token() {
        String text = left + " " + (after == null ? "" : after.text());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Empty where the text is no token. */
    static Optional<QueryPlace> parse(String token) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(" ", 2);
            int left = Integer.parseInt(parts[0]);
            return parts.length == 2 && left > 0
                    ? Optional.of(new QueryPlace(IdentityId.parse(parts[1]), left))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // neither base64 nor a number nor an identity
        }
    }
}
