package kant.model.deployment;

import java.util.List;

/** What became of a manifest. */
public sealed interface ParsedManifest {

    /**
     * It is usable.
     *
     * @param unknownNames pointers of members that the contract does not know and that have no effect, each with the
     *     likely meaning where there is one; for a warning
     */
    record Accepted(DeploymentManifest manifest, List<String> unknownNames) implements ParsedManifest {
        public Accepted {
            unknownNames = List.copyOf(unknownNames);
        }
    }

    /** It is not. */
    record Refused(ManifestRefusal refusal) implements ParsedManifest {}
}
