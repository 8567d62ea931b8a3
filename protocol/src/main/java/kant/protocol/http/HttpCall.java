package kant.protocol.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request.
 *
 * @param method in upper case, as sent
 * @param path decoded segments, without empty ones
 * @param rawPath as sent, without the query
 * @param query decoded parameters; of repeated ones the first
 * @param headers by lower-case name, except that what follows {@link #PROPERTY_PREFIX} is as sent; of repeated ones the
 *     values joined by a comma
 * @param body whole, possibly empty; not copied
 * @param clientCertificates the chain that the client showed, leaf first; empty where none
 * @param peer the client's address
 */
public record HttpCall(
        String method,
        List<String> path,
        String rawPath,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        List<X509Certificate> clientCertificates,
        InetSocketAddress peer) {

    /** Headers that are a message's properties: the rest of their name is the property's, whose case counts. */
    public static final String PROPERTY_PREFIX = "iothub-app-";

    /** A header by its name in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
    }

    /** A query parameter. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Leaves out headers and query: either may carry a token. */
    @Override
    public String toString() {
        return "HttpCall[" + method + " " + rawPath + ", bytes=" + body.length + "]";
    }
}
