package kant.conformance.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that does nothing but CONNECT; every name leads to the stand-in. */
public final class ConnectProxy implements AutoCloseable {
    private static final int MOST_HEADER_BYTES = 8192;

    private final ServerSocket server;
    private final List<String> targets = new CopyOnWriteArrayList<>();

    private ConnectProxy(ServerSocket server) {
        this.server = server;
    }

    public static ConnectProxy start(String address) throws IOException {
        var proxy = new ConnectProxy(new ServerSocket(0, 50, InetAddress.getByName(address)));
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    public String url() {
        return "http://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    /** What clients asked to be connected to, {@code host:port}. */
    public List<String> targets() {
        return List.copyOf(targets);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String[] request = header(client).split(" ", 3);
            targets.add(request[1]);
            int port = Integer.parseInt(request[1].substring(request[1].lastIndexOf(':') + 1));
            try (var parent = new Socket(StandIn.ADDRESS, port)) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                Thread back = Thread.ofVirtual().start(() -> copy(parent, client));
                copy(client, parent);
                back.join();
            }
        } catch (IOException _) {
            // either side has gone, so the other goes
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String header(Socket client) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0 && text.length() < MOST_HEADER_BYTES) {
            int octet = client.getInputStream().read();
            if (octet < 0) {
                throw new IOException("the client left in the middle of its request");
            }
            text.append((char) octet);
        }
        return text.toString();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // the other direction ends too, by its own end or by the close
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
