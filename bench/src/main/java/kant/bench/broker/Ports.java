package kant.bench.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a server's port. */
public final class Ports {
    private static final int CONNECT_MILLIS = 200;
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private Ports() {}

    /** Returns when a connection has been accepted. */
    public static void await(String what, String address, int port, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            what + " did not listen on " + address + ":" + port + " within " + limit.toSeconds() + " s",
                            e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
