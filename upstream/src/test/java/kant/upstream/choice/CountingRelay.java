package kant.upstream.choice;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;

/** Stands between a link and its parent and counts every byte on the way up. */
final class CountingRelay implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int parent;
    final LongAdder up = new LongAdder();

    CountingRelay(int parent) throws IOException {
        this.parent = parent;
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket below = server.accept();
                var above = new Socket(server.getInetAddress(), parent);
                Thread.startVirtualThread(() -> copy(below, above, up));
                Thread.startVirtualThread(() -> copy(above, below, new LongAdder()));
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private static void copy(Socket from, Socket to, LongAdder count) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                count.add(read);
                out.write(buffer, 0, read);
            }
        } catch (IOException _) {
            // one side has gone, and the other goes with it
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
