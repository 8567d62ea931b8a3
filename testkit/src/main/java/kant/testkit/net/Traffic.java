package kant.testkit.net;

/**
 * What passed through a relay since it started.
 *
 * @param accepted connections
 * @param reset connections that the relay reset
 * @param swallowed bytes that went nowhere
 */
public record Traffic(long accepted, long reset, long bytesUp, long bytesDown, long swallowed) {}
