package kant.edgeagent.trial;

/**
 * A deployment that was taken back.
 *
 * @param version the one that did not pass
 * @param to the one that runs again
 * @param reason which modules were not well, and how
 */
public record Rollback(long version, long to, String reason) {

    /** For the twin. */
    public String text() {
        return "Deployment " + version + " was rolled back to deployment " + to + ": " + reason;
    }
}
