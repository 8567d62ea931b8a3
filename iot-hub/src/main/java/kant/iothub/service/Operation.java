package kant.iothub.service;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.iothub.error.HubRefusedException;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;

/**
 * One thing that can be asked.
 *
 * @param path segments; {@code {name}} stands for any
 */
record Operation(String method, List<String> path, Access access, Action action) {

    /** @param path as {@code /devices/{device}} */
    static Operation of(String method, String path, Access access, Action action) {
        return new Operation(method, List.of(path.substring(1).split("/")), access, action);
    }

    /** The call with the names in its path, where it asks for this. */
    Optional<Call> match(String calledMethod, HttpCall call) {
        if (!calledMethod.equals(method) || call.path().size() != path.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String expected = path.get(i);
            String given = call.path().get(i);
            if (expected.startsWith("{")) {
                names.put(expected.substring(1, expected.length() - 1), given);
            } else if (!expected.equalsIgnoreCase(given)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Call(call, names));
    }

    /** Who may ask: returns, or refuses. */
    interface Access {
        void check(Call call) throws IOException, HubRefusedException;
    }

    /** What is done. */
    interface Action {
        HttpAnswer answer(Call call) throws IOException, HubRefusedException, InterruptedException;
    }
}
