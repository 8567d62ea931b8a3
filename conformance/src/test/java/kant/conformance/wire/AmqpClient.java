package kant.conformance.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.engine.sasl.SaslClientContext;
import org.apache.qpid.protonj2.engine.sasl.SaslClientListener;
import org.apache.qpid.protonj2.engine.sasl.SaslOutcome;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;

/** An AMQP 1.0 client on a bare protocol engine, which reads only while something is waited for. Not for several threads. */
public final class AmqpClient implements AutoCloseable {
    static final Duration ANSWER = Duration.ofSeconds(20);

    private final Wire wire;
    private final Engine engine;
    private final Connection connection;
    private final Session session;
    private final byte[] buffer = new byte[64 * 1024];
    private boolean ended;
    private long bytesRead;
    private List<String> mechanisms = List.of();

    private AmqpClient(Wire wire, Login login, String host, int idleMillis) {
        this.wire = wire;
        engine = login.mechanism().isEmpty()
                ? EngineFactory.PROTON.createNonSaslEngine()
                : EngineFactory.PROTON.createEngine();
        engine.outputConsumer(this::write);
        if (!login.mechanism().isEmpty()) {
            engine.saslDriver().client().setListener(new Sasl(login));
        }
        connection = engine.start();
        connection.setContainerId("kant-conformance").setHostname(host).setIdleTimeout(idleMillis);
        connection.open();
        session = connection.session();
        session.open();
    }

    /**
     * How it comes in at the SASL layer.
     *
     * @param mechanism empty for a connection that has no SASL layer at all
     */
    public record Login(String mechanism, String user, String password) {
        public static final Login NO_SASL = new Login("", "", "");
        public static final Login ANONYMOUS = new Login("ANONYMOUS", "", "");
    }

    /** Opens a connection and waits until the server has opened its side; fails where it does not. */
    public static AmqpClient open(Wire wire, Login login, String host) throws IOException {
        return open(wire, login, host, 0);
    }

    /** @param idleMillis what it announces as its own idle time-out, 0 for none */
    public static AmqpClient open(Wire wire, Login login, String host, int idleMillis) throws IOException {
        var client = new AmqpClient(wire, login, host, idleMillis);
        client.await("the server to open", () -> client.connection.isRemotelyOpen() && client.session.isRemotelyOpen());
        return client;
    }

    public Connection connection() {
        return connection;
    }

    /** What the server offered. */
    public List<String> mechanisms() {
        return mechanisms;
    }

    /** Sends to an address; waits until the server has attached its side, granted or refused. */
    public AmqpSender sender(String address, Map<String, Object> properties) throws IOException {
        return AmqpSender.attach(this, session, address, symbols(properties));
    }

    public AmqpSender sender(String address) throws IOException {
        return sender(address, Map.of("com.microsoft:api-version", "2021-04-12"));
    }

    /** Receives from an address with so much credit; likewise. */
    public AmqpReceiver receiver(String address, int credit, Map<String, Object> properties) throws IOException {
        return AmqpReceiver.attach(this, session, address, credit, symbols(properties));
    }

    public AmqpReceiver receiver(String address, int credit) throws IOException {
        return receiver(address, credit, Map.of("com.microsoft:api-version", "2021-04-12"));
    }

    /** Whether the server ends the connection within a time. */
    public boolean endsWithin(Duration limit) throws IOException {
        return isTrueWithin(limit, () -> ended || connection.isRemotelyClosed());
    }

    /** Why the server closed the connection, empty where it gave no reason. */
    public String closeCondition() {
        return condition(connection.getRemoteCondition());
    }

    /** How much the server has said so far. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Reads until a condition holds; fails when the time is up or the server ends the connection first. */
    void await(String what, BooleanSupplier condition) throws IOException {
        if (!isTrueWithin(ANSWER, condition)) {
            throw new IOException("waited " + ANSWER.toSeconds() + " s in vain for " + what + "; the connection is "
                    + (ended ? "ended" : connection.getRemoteState()) + " " + closeCondition()
                    + (engine.isFailed() ? ", " + engine.failureCause() : ""));
        }
    }

    boolean isTrueWithin(Duration limit, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || ended) {
                return false;
            }
            read(Duration.ofNanos(left));
        }
        return true;
    }

    static String condition(ErrorCondition condition) {
        return condition == null || condition.getCondition() == null
                ? ""
                : condition.getCondition().toString();
    }

    private void read(Duration limit) throws IOException {
        wire.timeout(limit);
        try {
            int count = wire.in().read(buffer);
            if (count < 0) {
                ended = true;
            } else {
                bytesRead += count;
                engine.accept(ProtonBufferAllocator.defaultAllocator().copy(buffer, 0, count));
            }
        } catch (SocketTimeoutException _) {
            // the caller looks at its deadline
        } catch (java.net.SocketException | javax.net.ssl.SSLException _) {
            ended = true; // reset instead of a polite end
        }
    }

    private void write(ProtonBuffer bytes) {
        byte[] out = new byte[bytes.getReadableBytes()];
        bytes.readBytes(out, 0, out.length);
        try {
            wire.write(out);
        } catch (IOException e) {
            ended = true;
            if (!connection.isLocallyClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Map<Symbol, Object> symbols(Map<String, Object> properties) {
        Map<Symbol, Object> symbols = new HashMap<>();
        properties.forEach((name, value) -> symbols.put(Symbol.valueOf(name), value));
        return symbols;
    }

    /** Closes politely where the server is still there. */
    @Override
    public void close() throws IOException {
        if (!ended && !engine.isFailed() && !connection.isLocallyClosed()) {
            connection.close();
        }
        wire.close();
    }

    /** Ends the connection as a power cut would. */
    public void cut() throws IOException {
        wire.close();
    }

    private final class Sasl implements SaslClientListener {
        private final Login login;

        Sasl(Login login) {
            this.login = login;
        }

        @Override
        public void handleSaslMechanisms(SaslClientContext context, Symbol[] offered) {
            mechanisms = java.util.Arrays.stream(offered).map(Symbol::toString).toList();
            byte[] response = login.mechanism().equals("PLAIN")
                    ? ("\0" + login.user() + "\0" + login.password()).getBytes(StandardCharsets.UTF_8)
                    : new byte[0];
            context.sendChosenMechanism(
                    Symbol.valueOf(login.mechanism()),
                    null,
                    ProtonBufferAllocator.defaultAllocator().copy(response));
        }

        @Override
        public void handleSaslChallenge(SaslClientContext context, ProtonBuffer challenge) {
            context.sendResponse(ProtonBufferAllocator.defaultAllocator().allocate());
        }

        @Override
        public void handleSaslOutcome(SaslClientContext context, SaslOutcome outcome, ProtonBuffer data) {
            if (outcome != SaslOutcome.SASL_OK) {
                ended = true;
            }
        }
    }
}
