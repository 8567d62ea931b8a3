package kant.iothub.query;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What stands at the top of a twin and can be asked for; spelt in any case, as at IoT Hub. */
public enum Field {
    DEVICE_ID("deviceId"),
    MODULE_ID("moduleId"),
    TAGS("tags"),
    PROPERTIES("properties"),
    CONFIGURATIONS("configurations"),
    CAPABILITIES("capabilities"),
    STATUS("status"),
    STATUS_REASON("statusReason"),
    CONNECTION_STATE("connectionState"),
    LAST_ACTIVITY_TIME("lastActivityTime"),
    AUTHENTICATION_TYPE("authenticationType"),
    DEVICE_SCOPE("deviceScope"),
    MODEL_ID("modelId"),
    ETAG("etag"),
    VERSION("version");

    private final String text;

    Field(String text) {
        this.text = text;
    }

    /** As it stands in a twin. */
    public String text() {
        return text;
    }

    static Optional<Field> of(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(field -> field.text.toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst();
    }

    static String all() {
        return Arrays.stream(values()).map(Field::text).collect(Collectors.joining(", "));
    }
}
