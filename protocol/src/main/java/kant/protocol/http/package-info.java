/**
 * A small HTTP/1.1 server for APIs: bounded requests in, one answer out, handlers on virtual threads where they may wait.
 * {@link kant.protocol.http.HttpServer} listens; {@code HttpConnection} is one client's state on its event loop.
 */
@NullMarked
package kant.protocol.http;

import org.jspecify.annotations.NullMarked;
