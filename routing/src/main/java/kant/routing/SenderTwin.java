package kant.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.twin.TwinProperties;
import kant.routing.JsonPath.Step;
import org.jspecify.annotations.Nullable;

/** The twin of a message's sender as {@code $twin} sees it: {@code properties.desired} and {@code properties.reported}. */
final class SenderTwin {
    private static final String VERSION = "$version";

    /** The two halves of a twin that come down to an edge hub; tags do not. */
    enum Part {
        DESIRED,
        REPORTED;

        /** What stands before the path, in any case. */
        String prefix() {
            return "properties." + name().toLowerCase(Locale.ROOT) + ".";
        }

        /** The part that a path such as {@code properties.desired.x} leads into; null where it leads into none. */
        static @Nullable Part of(String path) {
            for (Part part : values()) {
                if (path.regionMatches(true, 0, part.prefix(), 0, part.prefix().length())) {
                    return part;
                }
            }
            return null;
        }
    }

    private final @Nullable TwinProperties twin;

    private SenderTwin(@Nullable TwinProperties twin) {
        this.twin = twin;
    }

    /** Asks for the twin of who really sent the message: for a twin change that is not the hub, which brings it. */
    static SenderTwin of(Message message, TwinSource twins) {
        String device = message.systemProperties().get(SystemProperties.REPORTING_DEVICE_ID);
        IdentityId sender = device == null || device.isEmpty() || !Source.isTwinChange(message)
                ? message.sender()
                : new IdentityId(device, message.systemProperties().get(SystemProperties.REPORTING_MODULE_ID));
        return new SenderTwin(twins.twin(sender).orElse(null));
    }

    boolean known() {
        return twin != null;
    }

    /** Null for a path that leads nowhere; undefined for objects and arrays, and where no twin is known. */
    Value at(Part part, JsonPath path) {
        if (twin == null) {
            return Value.UNDEFINED;
        }
        boolean desired = part == Part.DESIRED;
        if (isVersion(path)) {
            return Value.of((double) (desired ? twin.desiredVersion() : twin.reportedVersion()));
        }
        ObjectNode root = desired ? twin.desired() : twin.reported();
        return Optional.ofNullable(path.in(root)).map(SenderTwin::value).orElse(Value.NULL);
    }

    private static boolean isVersion(JsonPath path) {
        return path.steps().size() == 1
                && path.steps().getFirst() instanceof Step.Member member
                && member.name().equals(VERSION);
    }

    private static Value value(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> Value.of(node.textValue());
            case NUMBER -> Value.of(node.doubleValue());
            case BOOLEAN -> Value.of(node.booleanValue());
            case NULL, MISSING -> Value.NULL;
            case OBJECT, ARRAY, BINARY, POJO -> Value.UNDEFINED;
        };
    }
}
