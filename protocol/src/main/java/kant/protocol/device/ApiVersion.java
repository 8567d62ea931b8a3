package kant.protocol.device;

import java.util.Optional;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;

/** The query parameter that every client of an IoT hub sends; any version will do. */
final class ApiVersion {
    private ApiVersion() {}

    /** The answer where it is missing. */
    static Optional<HttpAnswer> check(HttpCall call) {
        return call.parameter("api-version").orElse("").isEmpty()
                ? Optional.of(HttpAnswer.refused(
                        400,
                        "InvalidProtocolVersion",
                        "the query parameter api-version is missing; send for example api-version=2020-09-30"))
                : Optional.empty();
    }
}
