package kant.daemonapi.unix;

/**
 * The process at the other end of a unix socket, as the kernel saw it when it connected.
 *
 * @param pid {@link #UNKNOWN} where the platform does not tell
 * @param uid {@link #UNKNOWN} where the platform does not tell
 */
public record Peer(int pid, int uid) {
    /** Stands for a number that the platform does not tell. */
    public static final int UNKNOWN = -1;

    public boolean hasPid() {
        return pid > 0;
    }
}
