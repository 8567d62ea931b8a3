package kant.protocol.web;

import java.net.InetSocketAddress;

/**
 * What the head listens on and takes.
 *
 * @param maxConnections sockets at once, HTTP and WebSocket together; to be larger than the clients that the services admit,
 *     for what is more is the room for handshakes and for HTTP
 * @param maxBodyBytes larger requests are answered 413
 */
public record WebHeadConfig(InetSocketAddress address, int maxConnections, int maxBodyBytes) {}
