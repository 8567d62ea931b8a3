package kant.edgedaemon.image;

/**
 * What the daemon is told about images.
 *
 * @param policy which may run
 * @param agentImage of the bootstrap agent, which is never collected
 */
public record ImageSettings(SignaturePolicy policy, PullLimits pulls, CleanUp cleanUp, String agentImage) {
    /** Any image may run; the usual bounds. */
    public static ImageSettings usual(String agentImage) {
        return new ImageSettings(SignaturePolicy.NONE, PullLimits.DEFAULT, CleanUp.DEFAULT, agentImage);
    }
}
