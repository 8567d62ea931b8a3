package kant.edgedaemon.watch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import kant.daemonapi.management.ModuleSpec;

/** A label that tells whether a module was made from this very spec; of one that its agent made itself it tells nothing. */
final class SpecDigest {
    static final String LABEL = "kant.bootstrap-digest";

    private SpecDigest() {}

    static ModuleSpec labelled(ModuleSpec spec) {
        var options = spec.createOptions().deepCopy();
        options.withObject("Labels").put(LABEL, of(spec));
        return spec.withCreateOptions(options);
    }

    /** Of everything but the registry's credentials; the environment's order means nothing. */
    static String of(ModuleSpec spec) {
        String text = spec.image() + "\n" + spec.createOptions() + "\n" + new TreeMap<>(spec.env());
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
