package kant.store.segment;

/** What an acknowledgement promises. */
public enum Durability {
    /** On the disk: survives a power cut. The default. */
    FSYNC,
    /** With the operating system: survives the death of the process; a power cut may take the last moments. */
    OS,
    /** In this process only: nothing survives it. */
    MEMORY
}
