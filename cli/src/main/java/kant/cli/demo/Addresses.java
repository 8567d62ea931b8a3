package kant.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import kant.cli.host.CliException;
import kant.cli.host.Ports;

/**
 * Two addresses of this machine, one for the device's hub and one for the stand-in: device SDKs know only one port each, so
 * programs side by side need an address of their own. The pair is reserved by a listening socket of this process, since the
 * hub itself begins to listen only seconds later.
 */
record Addresses(String edge, String hub, ServerSocket reservation) implements AutoCloseable {
    private static final int PAIRS = 50;
    private static final int RESERVATION_PORT = 9599;
    private static final int[] EDGE_PORTS = {8883, 5671, 9600};
    private static final int[] HUB_PORTS = {8883, 5671};

    /** The first pair 127.0.n.1 and 127.0.n.2 on which nobody listens. */
    static Addresses reserve() throws CliException {
        CliException first = null;
        for (int n = 0; n < PAIRS; n++) {
            try {
                return reserve("127.0." + n + ".1", "127.0." + n + ".2");
            } catch (CliException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null ? new CliException("this machine has no free loopback address") : first;
    }

    private static Addresses reserve(String edge, String hub) throws CliException {
        try {
            var socket = new ServerSocket();
            try {
                socket.bind(new InetSocketAddress(InetAddress.getByName(edge), RESERVATION_PORT));
                requireFree(edge, EDGE_PORTS);
                requireFree(hub, HUB_PORTS);
                return new Addresses(edge, hub, socket);
            } catch (IOException | CliException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CliException("address " + edge + " is reserved by another demo", e);
        }
    }

    private static void requireFree(String address, int[] ports) throws CliException {
        for (int port : ports) {
            Ports.requireFree(address, port, "end it");
        }
    }

    @Override
    public void close() throws IOException {
        reservation.close();
    }
}
