package kant.iothub.policy;

/** What a policy may do (reference/device-protocols.md §2.3). */
public enum Right {
    REGISTRY_READ,
    REGISTRY_WRITE,
    SERVICE_CONNECT,
    DEVICE_CONNECT
}
