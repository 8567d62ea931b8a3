package kant.protocol.amqp.wire;

/** The names that IoT Hub gives things on its AMQP wire (reference/device-protocols.md §3). */
public final class WireNames {
    /** The message format of a batch: each data section is a message of its own (§3.5). */
    public static final int BATCH_FORMAT = 0x80013700;

    /** What a link lets through, in bytes: 256 KiB times four, as the original advertises; C clients fill batches up to it. */
    public static final long MAX_MESSAGE_BYTES = 1 << 20;

    /** Delivery tags of cloud-to-device messages and inputs are GUIDs: C# makes lock tokens of them. */
    public static final int TAG_BYTES = 16;

    // link properties
    public static final String API_VERSION = "com.microsoft:api-version";
    public static final String CLIENT_VERSION = "com.microsoft:client-version";
    public static final String CHANNEL_CORRELATION = "com.microsoft:channel-correlation-id";
    public static final String MODEL_ID = "com.microsoft:model-id";
    public static final String AUTH_CHAIN = "com.microsoft:auth-chain";

    // annotations of messages
    public static final String ENQUEUED_TIME = "iothub-enqueuedtime";
    public static final String DELIVERY_COUNT = "iothub-deliverycount";
    public static final String LOCK_TOKEN = "x-opt-lock-token";
    public static final String SEQUENCE_NUMBER = "x-opt-sequence-number";
    public static final String INPUT_NAME = "x-opt-input-name";
    public static final String CONNECTION_DEVICE_ID = "iothub-connection-device-id";
    public static final String CONNECTION_MODULE_ID = "iothub-connection-module-id";
    public static final String INTERFACE_ID = "iothub-interface-id";
    public static final String COMPONENT = "dt-subject";

    // application properties of messages
    public static final String OUTPUT_NAME = "iothub-outputname";
    public static final String CREATION_TIME = "iothub-creation-time-utc";
    public static final String MESSAGE_SCHEMA = "iothub-message-schema";
    public static final String OPERATION = "iothub-operation";
    public static final String ACK = "iothub-ack";

    /** Ours: the id an edge hub gave a message, by which a repeat is known. */
    public static final String EDGE_MESSAGE_ID = "kant-message-id";

    // methods
    public static final String METHOD_NAME = "IoThub-methodname";
    public static final String METHOD_STATUS = "IoThub-status";

    // twins, all annotations
    public static final String TWIN_OPERATION = "operation";
    public static final String TWIN_RESOURCE = "resource";
    public static final String TWIN_VERSION = "version";
    public static final String TWIN_STATUS = "status";
    public static final String REPORTED = "/properties/reported";
    public static final String DESIRED_NOTIFICATIONS = "/notifications/twin/properties/desired";

    // CBS
    public static final String CBS = "$cbs";
    public static final String CBS_OPERATION = "operation";
    public static final String CBS_TYPE = "type";
    public static final String CBS_NAME = "name";
    public static final String PUT_TOKEN = "put-token";
    public static final String SAS_TOKEN_TYPE = "servicebus.windows.net:sastoken";
    public static final String STATUS_CODE = "status-code";
    public static final String STATUS_DESCRIPTION = "status-description";

    // service applications
    public static final String FEEDBACK_CONTENT_TYPE = "application/vnd.microsoft.iothub.feedback.json";

    private WireNames() {}
}
