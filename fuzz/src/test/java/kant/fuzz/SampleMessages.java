package kant.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/** A few messages of the usual kinds. */
final class SampleMessages {
    static final List<Message> ALL = List.of(
            message(IdentityId.device("leaf"), "{\"a\":1,\"b\":{\"c\":[true,null,\"x\",2.5]}}"),
            message(IdentityId.module("edge", "m"), "[1]"),
            message(IdentityId.module("edge", "$edgeHub"), "no JSON"));

    private SampleMessages() {}

    static Message message(IdentityId sender, String body) {
        return new Message(
                sender,
                Map.of(
                        SystemProperties.CONTENT_TYPE, "application/json",
                        SystemProperties.CONTENT_ENCODING, "utf-8",
                        SystemProperties.OUTPUT_NAME, "o"),
                Map.of("a", "1", "B", "x"),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
