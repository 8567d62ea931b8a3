package kant.bench.load;

import kant.protocol.tls.ClientTls;

/**
 * Where a server is dialled.
 *
 * @param host the name that its certificate carries
 */
public record Server(String address, int port, String host, ClientTls tls) {}
