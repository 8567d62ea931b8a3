package kant.conformance.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A TLS connection. */
public record TlsWire(SSLSocket socket) implements Wire {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** So small that a client that does not read fills it at once. */
    private static final int RECEIVE_BYTES = 16 * 1024;

    /** Connects and shakes hands, nothing more. */
    public static TlsWire dial(String address, int port, SSLContext trust) throws IOException {
        var socket = (SSLSocket) trust.getSocketFactory().createSocket();
        try {
            socket.setReceiveBufferSize(RECEIVE_BYTES);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(address, port), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.startHandshake();
            return new TlsWire(socket);
        } catch (IOException e) {
            socket.close();
            throw new IOException("dialling " + address + ":" + port + ": " + e.getMessage(), e);
        }
    }

    @Override
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }
}
