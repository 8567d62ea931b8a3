package kant.routing;

import java.util.Optional;
import kant.model.message.Message;
import org.jspecify.annotations.Nullable;

/** One message while conditions look at it; makes lazily, and only once, what they ask for. For one thread. */
final class Evaluation {
    private final Message message;
    private final TwinSource twins;
    private final CaseBlind properties;
    private final CaseBlind systemProperties;
    private @Nullable Body body;
    private @Nullable SenderTwin twin;

    Evaluation(Message message, TwinSource twins) {
        this.message = message;
        this.twins = twins;
        this.properties = new CaseBlind(message.properties());
        this.systemProperties = new CaseBlind(message.systemProperties());
    }

    @Nullable
    String property(String name) {
        return properties.get(name);
    }

    @Nullable
    String systemProperty(String name) {
        return systemProperties.get(name);
    }

    Value body(JsonPath path) {
        if (body == null) {
            body = Body.of(message);
        }
        return body.at(path);
    }

    SenderTwin twin() {
        if (twin == null) {
            twin = SenderTwin.of(message, twins);
        }
        return twin;
    }

    /** Why the body is undefined; empty where it is not, or where no condition asked. */
    Optional<String> bodyProblem() {
        return body == null ? Optional.empty() : body.problem();
    }
}
