/**
 * HTTPS calls to the parent: the scope API of a hub, the service API of a command line. {@link
 * kant.upstream.http.ParentHttp} is called on virtual threads and blocks them; Netty does the rest.
 */
@NullMarked
package kant.upstream.http;

import org.jspecify.annotations.NullMarked;
