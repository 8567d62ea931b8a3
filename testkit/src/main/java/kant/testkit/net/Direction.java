package kant.testkit.net;

/** Which way bytes go through a relay. */
public enum Direction {
    /** From who dialled to the target. */
    UP,
    /** From the target back. */
    DOWN
}
