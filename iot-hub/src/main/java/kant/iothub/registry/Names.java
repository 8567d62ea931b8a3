package kant.iothub.registry;

import java.util.regex.Pattern;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/** Which names identities may have (reference/device-protocols.md §2.5). */
public final class Names {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9\\-:.+%_#*?!(),=@;$']{1,128}");

    private Names() {}

    static IdentityId checked(IdentityId id) throws HubRefusedException {
        check("device", id.deviceId());
        if (id.moduleId() != null) {
            check("module", id.moduleId());
        }
        return id;
    }

    public static void checkModule(String name) throws HubRefusedException {
        check("module", name);
    }

    /** The id in a body, where there is one, must be the id in the path. */
    static void checkSame(String what, String inPath, @Nullable String inBody) throws HubRefusedException {
        if (inBody != null && !inBody.isEmpty() && !inBody.equals(inPath)) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID,
                    "the path names " + what + " \"" + inPath + "\", the body \"" + inBody + "\"; they must be equal");
        }
    }

    private static void check(String what, String name) throws HubRefusedException {
        if (!ALLOWED.matcher(name).matches()) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID,
                    what + " id \"" + name
                            + "\" is not usable: 1 to 128 of letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ ' are allowed");
        }
    }
}
