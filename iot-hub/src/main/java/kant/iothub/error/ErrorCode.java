package kant.iothub.error;

import kant.model.error.Refusal;

/** IoT Hub's error codes as its REST API and its SDKs spell them (reference/device-protocols.md §4.6). */
public enum ErrorCode {
    INVALID_PROTOCOL_VERSION(400, 400001, "InvalidProtocolVersion"),
    INVALID_OPERATION(400, 400003, "InvalidOperation"),
    ARGUMENT_INVALID(400, 400004, "ArgumentInvalid"),
    ARGUMENT_NULL(400, 400005, "ArgumentNull"),
    FORMAT_ERROR(400, 400006, "IotHubFormatError"),
    UNAUTHORIZED(401, 401002, "IotHubUnauthorizedAccess"),
    QUOTA_EXCEEDED(403, 403002, "IotHubQuotaExceeded"),
    QUEUE_FULL(403, 403004, "DeviceMaximumQueueDepthExceeded"),
    DEVICE_NOT_FOUND(404, 404001, "DeviceNotFound"),
    MODULE_NOT_FOUND(404, 404010, "ModuleNotFound"),
    CONFIGURATION_NOT_FOUND(404, 404000, "ConfigurationNotFound"),
    DEVICE_NOT_ONLINE(404, 404103, "DeviceNotOnline"),
    CONNECTION_CLOSED(404, 404104, "DeviceConnectionClosedRemotely"),
    DEVICE_EXISTS(409, 409001, "DeviceAlreadyExists"),
    MODULE_EXISTS(409, 409301, "ModuleAlreadyExistsOnDevice"),
    CONFIGURATION_EXISTS(409, 409000, "ConfigurationAlreadyExists"),
    PRECONDITION_FAILED(412, 412001, "PreconditionFailed"),
    LOCK_LOST(412, 412002, "DeviceMessageLockLost"),
    MESSAGE_TOO_LARGE(413, 413001, "MessageTooLarge"),
    TOO_MANY_MODULES(413, 413003, "TooManyModulesOnDevice"),
    THROTTLED(429, 429001, "ThrottlingException"),
    SERVER_ERROR(500, 500001, "ServerError"),
    UNAVAILABLE(503, 503001, "ServiceUnavailable"),
    GATEWAY_TIMEOUT(504, 504101, "GatewayTimeout");

    private final int httpStatus;
    private final int number;
    private final String text;

    ErrorCode(int httpStatus, int number, String text) {
        this.httpStatus = httpStatus;
        this.number = number;
        this.text = text;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** The six-digit number, for example 404001. */
    public int number() {
        return number;
    }

    /** The name in {@code iothub-errorcode}, for example {@code DeviceNotFound}. */
    public String text() {
        return text;
    }

    /** The same "no" for a protocol head. */
    public Refusal refusal(String reason) {
        return switch (this) {
            case INVALID_PROTOCOL_VERSION, INVALID_OPERATION, ARGUMENT_INVALID, ARGUMENT_NULL, FORMAT_ERROR ->
                new Refusal.Invalid(reason);
            case UNAUTHORIZED -> new Refusal.Unauthorized(reason);
            case QUOTA_EXCEEDED, QUEUE_FULL, TOO_MANY_MODULES, THROTTLED -> new Refusal.LimitExceeded(reason);
            case DEVICE_NOT_FOUND, MODULE_NOT_FOUND, CONFIGURATION_NOT_FOUND -> new Refusal.NotFound(reason);
            case DEVICE_NOT_ONLINE, CONNECTION_CLOSED -> new Refusal.NotConnected(reason);
            case DEVICE_EXISTS, MODULE_EXISTS, CONFIGURATION_EXISTS -> new Refusal.AlreadyExists(reason);
            case PRECONDITION_FAILED, LOCK_LOST -> new Refusal.PreconditionFailed(reason);
            case MESSAGE_TOO_LARGE -> new Refusal.TooLarge(reason);
            case SERVER_ERROR, UNAVAILABLE -> new Refusal.Unavailable(reason);
            case GATEWAY_TIMEOUT -> new Refusal.TimedOut(reason);
        };
    }

    /** The code for a refusal that came from a shared library. */
    public static ErrorCode of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _ -> UNAUTHORIZED;
            case Refusal.NotFound _ -> DEVICE_NOT_FOUND;
            case Refusal.AlreadyExists _ -> DEVICE_EXISTS;
            case Refusal.Invalid _ -> ARGUMENT_INVALID;
            case Refusal.PreconditionFailed _ -> PRECONDITION_FAILED;
            case Refusal.TooLarge _ -> MESSAGE_TOO_LARGE;
            case Refusal.StoreFull _ -> QUOTA_EXCEEDED;
            case Refusal.LimitExceeded _ -> THROTTLED;
            case Refusal.NotConnected _ -> DEVICE_NOT_ONLINE;
            case Refusal.TimedOut _ -> GATEWAY_TIMEOUT;
            case Refusal.Unavailable _ -> UNAVAILABLE;
        };
    }
}
