package kant.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kant.testkit.sim.SimRandomness;
import kant.world.Tasks;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay between two ends of this test's own. */
class RelayTest {
    private static final int LIMIT_MILLIS = 20_000;
    private static final int QUIET_MILLIS = 200;
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** How late a busy machine may be. */
    private static final long LATE_MILLIS = 1500;

    private final Tasks tasks = Tasks.virtual("relay-test");
    private ServerSocket server;
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(LIMIT_MILLIS);
        relay = Relay.start(
                ANY,
                (InetSocketAddress) server.getLocalSocketAddress(),
                tasks,
                Time.system(),
                new SimRandomness(new SplittableRandom(1)));
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        server.close();
        tasks.close();
    }

    @Test
    void bytes_and_ends_pass_exactly_both_ways() throws Exception {
        try (Pair pair = connect()) {
            byte[] up = random(1_000_000);
            byte[] down = random(700_000);

            sendAndEnd(pair.caller, up);
            sendAndEnd(pair.callee, down);

            assertThat(pair.callee.getInputStream().readAllBytes()).isEqualTo(up);
            assertThat(pair.caller.getInputStream().readAllBytes()).isEqualTo(down);
            assertThat(relay.traffic()).isEqualTo(new Traffic(1, 0, up.length, down.length, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4095, 65_536, 100_001})
    void a_connection_is_reset_after_exactly_so_many_bytes(long count) throws Exception {
        relay.resetAfter(Direction.UP, count);
        try (Pair pair = connect()) {
            byte[] sent = random(200_000);
            FutureTask<Void> sending = new FutureTask<>(() -> {
                pair.caller.getOutputStream().write(sent);
                return null;
            });
            tasks.execute(sending); // it may fail in the middle: that is the reset

            byte[] came = readUntilReset(pair.callee);

            assertThat(came).hasSize((int) count).isEqualTo(java.util.Arrays.copyOf(sent, (int) count));
            assertEnds(pair.caller);
            assertThat(relay.traffic().reset()).isEqualTo(1);
        }
    }

    @Test
    void delay_and_jitter_stay_within_their_bounds_and_keep_order() throws Exception {
        relay.shape(Shape.delayed(Duration.ofMillis(100), Duration.ofMillis(50)));
        try (Pair pair = connect()) {
            for (int i = 0; i < 20; i++) {
                long before = System.nanoTime();
                pair.caller.getOutputStream().write(i);
                assertThat(pair.callee.getInputStream().read()).isEqualTo(i);
                pair.callee.getOutputStream().write(i);
                assertThat(pair.caller.getInputStream().read()).isEqualTo(i);
                assertThat(millisSince(before)).isBetween(200L, 300L + LATE_MILLIS);
            }
        }
    }

    @Test
    void what_is_sent_at_once_is_delayed_together_and_not_one_after_the_other() throws Exception {
        relay.shape(Shape.delayed(Duration.ofMillis(500), Duration.ZERO));
        try (Pair pair = connect()) {
            long before = System.nanoTime();
            byte[] sent = random(3_000_000);
            sendAndEnd(pair.caller, sent);

            assertThat(pair.callee.getInputStream().readAllBytes()).isEqualTo(sent);
            assertThat(millisSince(before)).isBetween(500L, 500L + LATE_MILLIS);
        }
    }

    @Test
    void a_rate_is_that_of_all_connections_together() throws Exception {
        relay.shape(Direction.UP, Shape.CLEAR.limited(1_000_000));
        try (Pair one = connect();
                Pair two = connect()) {
            long before = System.nanoTime();
            sendAndEnd(one.caller, random(300_000));
            sendAndEnd(two.caller, random(300_000));
            one.callee.getInputStream().readAllBytes();
            two.callee.getInputStream().readAllBytes();

            assertThat(millisSince(before)).isBetween(500L, 600L + LATE_MILLIS);
        }
    }

    @Test
    void a_lost_packet_stalls_what_follows_and_loses_nothing() throws Exception {
        relay.shape(Shape.CLEAR.stalling(1, Duration.ofMillis(300)));
        try (Pair pair = connect()) {
            long before = System.nanoTime();
            byte[] sent = random(100_000);
            sendAndEnd(pair.caller, sent);

            assertThat(pair.callee.getInputStream().readAllBytes()).isEqualTo(sent);
            assertThat(millisSince(before)).isGreaterThanOrEqualTo(300);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_half_open_connection_swallows_everything_and_never_ends(Direction direction) throws Exception {
        try (Pair pair = connect()) {
            Socket sender = direction == Direction.UP ? pair.caller : pair.callee;
            Socket receiver = direction == Direction.UP ? pair.callee : pair.caller;
            relay.swallow(direction);

            sender.getOutputStream().write(random(100_000));
            assertHearsNothing(receiver);
            receiver.getOutputStream().write(7); // the other way is open
            assertThat(sender.getInputStream().read()).isEqualTo(7);

            relay.clear();
            sender.getOutputStream().write(1);
            sender.setSoLinger(true, 0);
            sender.close(); // a reset is swallowed too
            assertHearsNothing(receiver);
            assertThat(relay.traffic().swallowed()).isEqualTo(100_001);
        }
        try (Pair fresh = connect()) {
            fresh.caller.getOutputStream().write(3);
            assertThat(fresh.callee.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void a_cut_resets_and_refuses_until_it_accepts_again() throws Exception {
        try (Pair pair = connect()) {
            relay.cut();

            assertThatThrownBy(() -> readUntilEnd(pair.caller)).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> readUntilEnd(pair.callee)).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        relay.accept();
        try (Pair pair = connect()) {
            pair.caller.getOutputStream().write(5);
            assertThat(pair.callee.getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void refusing_leaves_what_stands() throws Exception {
        try (Pair pair = connect()) {
            relay.refuse();

            pair.caller.getOutputStream().write(5);
            assertThat(pair.callee.getInputStream().read()).isEqualTo(5);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void without_shape_it_carries_more_than_200_megabytes_a_second() throws Exception {
        int megabytes = 512;
        try (Pair pair = connect()) {
            byte[] block = random(1 << 20);
            long before = System.nanoTime();
            FutureTask<Void> sending = new FutureTask<>(() -> {
                for (int i = 0; i < megabytes; i++) {
                    pair.caller.getOutputStream().write(block);
                }
                pair.caller.shutdownOutput();
                return null;
            });
            tasks.execute(sending);
            long came = readUntilEnd(pair.callee);
            double seconds = (System.nanoTime() - before) / 1e9;
            sending.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);

            assertThat(came).isEqualTo((long) megabytes << 20);
            assertThat(megabytes / seconds).as("MB/s").isGreaterThan(200);
        }
    }

    /** Both ends of a connection through the relay. */
    private record Pair(Socket caller, Socket callee) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            caller.close();
            callee.close();
        }
    }

    private Pair connect() throws IOException {
        Socket caller = new Socket(relay.address().getAddress(), relay.address().getPort());
        Socket callee = server.accept();
        for (Socket end : new Socket[] {caller, callee}) {
            end.setSoTimeout(LIMIT_MILLIS);
            end.setTcpNoDelay(true);
        }
        return new Pair(caller, callee);
    }

    private void sendAndEnd(Socket socket, byte[] bytes) {
        tasks.execute(() -> {
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static void assertHearsNothing(Socket socket) throws IOException {
        socket.setSoTimeout(QUIET_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(LIMIT_MILLIS);
    }

    /** By an error, or by an end where the error was told to whoever wrote. */
    private static void assertEnds(Socket socket) throws IOException {
        try {
            assertThat(readUntilEnd(socket)).isZero();
        } catch (SocketException _) {
            // likewise
        }
    }

    private static byte[] readUntilReset(Socket socket) throws IOException {
        var came = new java.io.ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                came.write(buffer, 0, n);
            }
        } catch (SocketException _) {
            return came.toByteArray();
        }
        throw new AssertionError("the connection ended politely after " + came.size() + " bytes");
    }

    private static long readUntilEnd(Socket socket) throws IOException {
        long came = 0;
        byte[] buffer = new byte[1 << 18];
        for (int n = socket.getInputStream().read(buffer);
                n >= 0;
                n = socket.getInputStream().read(buffer)) {
            came += n;
        }
        return came;
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new SplittableRandom(count).nextBytes(bytes);
        return bytes;
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
