package kant.edgedaemon.watch;

import java.util.TreeMap;
import kant.daemonapi.management.ModuleSpec;
import kant.model.digest.Sha256;
import kant.model.json.JsonText;

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
        String text = spec.image() + "\n" + JsonText.write(spec.createOptions()) + "\n" + new TreeMap<>(spec.env());
        return Sha256.hex(text);
    }
}
