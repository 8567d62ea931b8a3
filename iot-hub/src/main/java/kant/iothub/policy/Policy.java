package kant.iothub.policy;

import java.util.Set;

/** A named pair of keys with rights. Its text form hides the keys. */
public record Policy(String name, String primaryKey, String secondaryKey, Set<Right> rights) {
    public Policy {
        rights = Set.copyOf(rights);
    }

    @Override
    public String toString() {
        return "Policy[" + name + ", " + rights + "]";
    }
}
