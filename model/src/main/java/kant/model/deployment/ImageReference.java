package kant.model.deployment;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The text rules of image names (reference/agent.md §1.2, §4.10). */
public final class ImageReference {
    // The original's pattern, looser than the engine's: repository@sha256:hex passes with the hex read as the tag.
    private static final Pattern IMAGE = Pattern.compile("(?:[^/]*/)*[^/:]+(?<tag>:[^/:]+)?");
    private static final Pattern ON_PARENT = Pattern.compile("\\$upstream(?=:[1-9][0-9]*(?:/|$))");
    private static final Pattern UPSTREAM_REPOSITORY = Pattern.compile("\\$upstream:[1-9][0-9]*/(?<image>.+)");
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private ImageReference() {}

    /** The image with a tag, {@code :latest} where it has none; empty if it is not a usable name. */
    public static Optional<String> normalise(String text) {
        String image = text.strip();
        var upstream = UPSTREAM_REPOSITORY.matcher(image);
        var matcher = IMAGE.matcher(upstream.matches() ? upstream.group("image") : image);
        if (image.isEmpty() || !matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(matcher.group("tag") == null ? image + ":latest" : image);
    }

    /** The text with a leading {@code $upstream} replaced by the parent's host; its port stays. */
    static String onParent(String text, String host) {
        return ON_PARENT.matcher(text).lookingAt() ? host + text.substring("$upstream".length()) : text;
    }

    /** The credential whose address is the image's registry; empty for anonymous pulls. */
    public static Optional<RegistryCredential> credentialFor(
            String image, Map<String, RegistryCredential> credentials) {
        return registry(image)
                .flatMap(host -> credentials.values().stream()
                        .filter(c -> c.address().equalsIgnoreCase(host))
                        .findFirst());
    }

    private static Optional<String> registry(String image) {
        int slash = image.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String first = image.substring(0, slash);
        return Optional.of(first.indexOf('.') >= 0 || first.indexOf(':') >= 0 ? first : DOCKER_HUB);
    }
}
