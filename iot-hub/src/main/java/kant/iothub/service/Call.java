package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.IfMatch;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpCall;
import org.jspecify.annotations.Nullable;

/**
 * A request that matched an operation.
 *
 * @param names what stands in the path for the operation's {@code {…}}
 */
record Call(HttpCall http, Map<String, String> names) {
    static final String DEVICE = "device";
    static final String MODULE = "module";

    String device() {
        return names.getOrDefault(DEVICE, "");
    }

    /** The module that the path names, or the device where it names none. */
    IdentityId identity() throws HubRefusedException {
        return identity(device(), names.get(MODULE));
    }

    IfMatch ifMatch() {
        return IfMatch.parse(http.header("if-match").orElse(null));
    }

    ObjectNode body() throws HubRefusedException {
        return Json.body(http.body());
    }

    /** A whole number among the query's parameters or the headers. */
    static int number(String what, String text, int least, int most) throws HubRefusedException {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // refused below, as a number out of range is
        }
        throw new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID,
                what + " must be a number from " + least + " to " + most + ", not \"" + text + "\"");
    }

    static IdentityId identity(String device, @Nullable String module) throws HubRefusedException {
        try {
            return new IdentityId(device, module);
        } catch (IllegalArgumentException e) {
            throw new HubRefusedException(ErrorCode.ARGUMENT_INVALID, String.valueOf(e.getMessage()));
        }
    }
}
