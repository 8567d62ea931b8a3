package kant.routing;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;

/** Builds the messages of the tests. */
final class Given {
    static final String EDGE = "edge1";

    private final IdentityId sender;
    private final Map<String, String> system = new LinkedHashMap<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private byte[] payload = new byte[0];

    private Given(IdentityId sender) {
        this.sender = sender;
    }

    static Given leaf() {
        return new Given(IdentityId.device("leaf1"));
    }

    static Given module(String module) {
        return new Given(IdentityId.module(EDGE, module)).system(SystemProperties.CONNECTION_MODULE_ID, module);
    }

    static Given twinChange() {
        return module("$edgeHub").system(SystemProperties.MESSAGE_TYPE, "twinChangeNotification");
    }

    Given output(String output) {
        return system(SystemProperties.OUTPUT_NAME, output);
    }

    Given system(String name, String value) {
        system.put(name, value);
        return this;
    }

    Given with(String name, String value) {
        properties.put(name, value);
        return this;
    }

    Given json(String body) {
        return json(body, "utf-8", StandardCharsets.UTF_8);
    }

    Given json(String body, String encoding, Charset charset) {
        payload = body.getBytes(charset);
        return system(SystemProperties.CONTENT_TYPE, "application/json")
                .system(SystemProperties.CONTENT_ENCODING, encoding);
    }

    Message message() {
        return new Message(sender, system, properties, payload);
    }
}
