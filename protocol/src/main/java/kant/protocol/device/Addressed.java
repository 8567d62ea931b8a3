package kant.protocol.device;

import java.util.List;
import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;

/**
 * A path that begins with an identity: {@code /devices/d}, {@code /devices/d/modules/m}, or the same below {@code /twins}.
 *
 * @param rest the segments that follow
 */
record Addressed(String collection, IdentityId identity, List<String> rest) {
    static final String DEVICES = "devices";
    static final String TWINS = "twins";

    private static final String MODULES = "modules";

    /** Reads one; empty where the path is something else. */
    static Optional<Addressed> read(List<String> path) throws RefusedException {
        if (path.size() < 2
                || !path.getFirst().equals(DEVICES) && !path.getFirst().equals(TWINS)) {
            return Optional.empty();
        }
        boolean module = path.size() >= 4 && path.get(2).equals(MODULES);
        int end = module ? 4 : 2;
        try {
            var identity = new IdentityId(path.get(1), module ? path.get(3) : null);
            return Optional.of(new Addressed(path.getFirst(), identity, path.subList(end, path.size())));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(new Refusal.Invalid("the path is not usable: " + e.getMessage()));
        }
    }
}
