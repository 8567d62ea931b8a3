package kant.upstream;

import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.message.SystemProperties;

/** What a wire must carry as it was given: characters that mean something to it, others that it has to escape, empty values. */
public final class OddMessage {
    private OddMessage() {}

    /** Fresh, to be added to. */
    public static Map<String, String> system() {
        Map<String, String> system = new LinkedHashMap<>();
        system.put(SystemProperties.MESSAGE_ID, "a b/c?d=e&f");
        system.put(SystemProperties.CORRELATION_ID, "ü€😀");
        system.put(SystemProperties.CONTENT_TYPE, "application/json");
        system.put(SystemProperties.CONTENT_ENCODING, "utf-8");
        system.put(SystemProperties.OUTPUT_NAME, "out put+#");
        system.put(SystemProperties.COMPONENT, "thermo stat");
        system.put(SystemProperties.EDGE_MESSAGE_ID, "0f9c-1");
        return system;
    }

    /** Fresh, to be added to. */
    public static Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("a key/with=all&of it%", "100 %\t\r\n+?#/$");
        properties.put("empty", "");
        properties.put("schlüssel😀", "wert ☃");
        return properties;
    }

    /** No text in any encoding. */
    public static byte[] payload() {
        return new byte[] {0, 1, -1, '"', '\n'};
    }
}
