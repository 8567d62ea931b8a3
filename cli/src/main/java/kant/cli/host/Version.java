package kant.cli.host;

/** The version of this build. */
public final class Version {
    /** As in the POM; a test holds the two together. */
    public static final String TEXT = "0.1.0";

    private Version() {}
}
