package kant.daemonapi.unix;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A raw connection to a unix socket, for saying exactly what a client says. */
record Wire(SocketChannel channel) implements AutoCloseable {

    static Wire open(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new Wire(channel);
    }

    Wire say(String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return this;
    }

    /** What one read gives. */
    String once() throws IOException {
        var bytes = ByteBuffer.allocate(64 * 1024);
        int n = channel.read(bytes);
        return n < 0 ? "" : new String(bytes.array(), 0, n, StandardCharsets.UTF_8);
    }

    /** Everything until the server closes. */
    String all() throws IOException {
        var text = new StringBuilder();
        for (String piece = once(); !piece.isEmpty(); piece = once()) {
            text.append(piece);
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
