package kant.edgedaemon.image;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which images may run, by name. The first rule whose pattern fits decides; where there are rules, an image that none fits is refused.
 * Without rules everything may run.
 */
public record SignaturePolicy(List<Rule> rules) {
    /** In createOptions: base64 of a signature of {@code <name without tag>@<digest>}. */
    public static final String LABEL = "kant.signature";

    /** No policy. */
    public static final SignaturePolicy NONE = new SignaturePolicy(List.of());

    /**
     * One rule.
     *
     * @param pattern of names without tag or digest; {@code *} stands for any characters
     * @param keys one of which must have signed; empty where images need no signature
     */
    public record Rule(String pattern, List<TrustedKey> keys) {
        public Rule {
            keys = List.copyOf(keys);
        }

        boolean fits(String name) {
            String regex = String.join(
                    ".*",
                    List.of(pattern.split("\\*", -1)).stream()
                            .map(Pattern::quote)
                            .toList());
            return name.matches(regex);
        }
    }

    public SignaturePolicy {
        rules = List.copyOf(rules);
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * Why an image may not run; empty if it may.
     *
     * @param image as the spec names it
     * @param digests all that this very image is known by, {@code sha256:…}
     * @param signature base64; null where the spec has none
     */
    public Optional<String> objection(String image, List<String> digests, @Nullable String signature) {
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        String name = name(image);
        Rule rule = rules.stream().filter(r -> r.fits(name)).findFirst().orElse(null);
        if (rule == null) {
            return Optional.of(
                    "image \"" + image + "\" is not run: no pattern of [[kant.image_policy]] fits \"" + name + "\"");
        }
        if (rule.keys().isEmpty()) {
            return Optional.empty();
        }
        if (signature == null) {
            return Optional.of("image \"" + image + "\" is not run: the policy for \"" + rule.pattern()
                    + "\" wants a signature, and createOptions has no label \"" + LABEL + "\"");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(signature);
        } catch (IllegalArgumentException _) {
            return Optional.of("image \"" + image + "\" is not run: its label \"" + LABEL + "\" is not base64");
        }
        boolean signed = digests.stream()
                .anyMatch(digest -> rule.keys().stream().anyMatch(key -> key.signed(name + "@" + digest, bytes)));
        return signed
                ? Optional.empty()
                : Optional.of("image \"" + image + "\" is not run: its signature is of no key that the policy for \""
                        + rule.pattern() + "\" trusts, or of another image than " + digests);
    }

    /** Without tag and digest; a colon before a slash belongs to a registry's port. */
    static String name(String image) {
        String undigested = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
        int colon = undigested.lastIndexOf(':');
        return colon > undigested.lastIndexOf('/') ? undigested.substring(0, colon) : undigested;
    }
}
