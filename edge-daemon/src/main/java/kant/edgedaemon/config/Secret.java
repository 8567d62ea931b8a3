package kant.edgedaemon.config;

/** A text that must not reach a log: its text form hides it. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "<redacted>";
    }
}
