package kant.model.message;

/** The internal names of a message's system properties, the ones that route conditions use (device-protocols.md §1.8). */
public final class SystemProperties {
    public static final String MESSAGE_ID = "messageId";
    public static final String CORRELATION_ID = "cid";
    public static final String USER_ID = "userId";
    public static final String TO = "to";
    public static final String EXPIRY = "absolute-expiry-time";
    public static final String CONTENT_TYPE = "contentType";
    public static final String CONTENT_ENCODING = "contentEncoding";
    public static final String CREATION_TIME = "creationTime";
    public static final String MESSAGE_SCHEMA = "messageSchema";
    public static final String OUTPUT_NAME = "outputName";
    public static final String INPUT_NAME = "inputName";
    public static final String CONNECTION_DEVICE_ID = "connectionDeviceId";
    public static final String CONNECTION_MODULE_ID = "connectionModuleId";
    public static final String INTERFACE_ID = "iothub-interface-id";
    public static final String COMPONENT = "dt-subject";
    public static final String OPERATION = "operation";
    public static final String ACK = "ack";
    public static final String ENQUEUED_TIME = "enqueuedTime";
    /** Of a cloud-to-device message in its device's queue: a decimal number. */
    public static final String SEQUENCE_NUMBER = "sequenceNumber";

    public static final String EDGE_MESSAGE_ID = "edgeMessageId";
    public static final String ORIGIN = "edgeHubOriginInterface";
    public static final String MODEL_ID = "modelId";
    public static final String MESSAGE_TYPE = "messageType";
    /** The {@link #MESSAGE_TYPE} and {@link #MESSAGE_SCHEMA} of a reported patch that goes through the routes. */
    public static final String TWIN_CHANGE = "twinChangeNotification";
    /** Who reported, on a twin change; its sender is the hub that brings it. */
    public static final String REPORTING_DEVICE_ID = "rpSenderDeviceId";

    public static final String REPORTING_MODULE_ID = "rpSenderModuleId";

    private SystemProperties() {}
}
