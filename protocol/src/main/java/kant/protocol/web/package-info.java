/**
 * Port 443: HTTP/1.1 for APIs, and WebSockets that carry the other protocols' bytes. {@link kant.protocol.web.WebHead}
 * listens; {@code WebSocketUpgrade} judges a request to become a WebSocket, {@code WebSocketConnection} turns its frames into
 * bytes and back on the connection's event loop, and a {@link kant.protocol.net.ChannelService} behind it does not notice.
 * Sources: RFC 6455, reference/device-protocols.md §1.1 and §3.1.
 */
@NullMarked
package kant.protocol.web;

import org.jspecify.annotations.NullMarked;
