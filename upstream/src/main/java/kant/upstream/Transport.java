package kant.upstream;

/** What carries a protocol's bytes to the parent, TLS in either case. */
public enum Transport {
    /** The protocol's own port. */
    TCP,
    /** A WebSocket on the HTTPS port; the way through a proxy. */
    WEBSOCKET
}
