package kant.model.deployment;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which versions of the manifest's schema are known: 1.0, 1.1 and 1.1.0. */
final class SchemaVersion {
    private static final Pattern FORM = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){1,3}");
    private static final int[] NEWEST = {1, 1, 0};

    private SchemaVersion() {}

    /** Why this version is refused, in the contract's words; empty for a known one. */
    static Optional<String> refusal(String version) {
        if (!FORM.matcher(version).matches()) {
            return Optional.of("Invalid desired properties schema version " + version);
        }
        int[] parts =
                Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
        boolean compatible = parts[0] == NEWEST[0] && Arrays.compare(parts, NEWEST) <= 0;
        return compatible
                ? Optional.empty()
                : Optional.of("The desired properties schema version " + version
                        + " is not compatible with the expected version 1.1.0");
    }
}
