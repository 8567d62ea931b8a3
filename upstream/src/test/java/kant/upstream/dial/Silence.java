package kant.upstream.dial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A port at which nobody answers: its queue of connections is full, so the kernel drops what knocks, as an empty line would. */
public final class Silence implements AutoCloseable {
    private static final int QUEUE = 1;

    private final ServerSocket server;
    private final List<Socket> queue = new ArrayList<>();

    /** @param port 0 for any that is free */
    public Silence(int port) throws IOException {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), QUEUE);
        for (int i = 0; i <= QUEUE; i++) {
            queue.add(new Socket(server.getInetAddress(), server.getLocalPort()));
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Somebody answers again: the queue has room for one. */
    public void end() throws IOException {
        for (int i = 0; i <= QUEUE; i++) {
            server.accept().close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : queue) {
            socket.close();
        }
    }
}
