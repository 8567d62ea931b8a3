package kant.model.message;

/** What a client can ask its hub to send it. */
public enum Feature {
    /** Cloud-to-device messages. */
    CLOUD_TO_DEVICE,
    /** Messages routed to a module's inputs. */
    INPUTS,
    /** Direct method calls. */
    METHODS,
    /** Changes of the twin's desired properties. */
    DESIRED
}
