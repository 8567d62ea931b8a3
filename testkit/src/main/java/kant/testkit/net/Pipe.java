package kant.testkit.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import kant.world.Time;

/** One direction of one connection: a reader that says when bytes are to arrive, and a writer that waits until then. */
final class Pipe {
    private static final int CHUNK_BYTES = 64 * 1024;

    /** On their way at most: half a second of 16 MB/s, and more than a socket's own buffers. */
    private static final int HELD_BYTES = 8 << 20;

    private static final byte[] END = new byte[0];

    private final Direction direction;
    private final SocketChannel from;
    private final SocketChannel to;
    private final Weather weather;
    private final Meter meter;
    private final Time time;
    private final long resetAt;
    private final BlockingQueue<Chunk> held = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(HELD_BYTES);
    private long passed;

    /** A direction that lost bytes once never carries anything again: what would follow makes no sense without them. */
    private volatile boolean swallowed;

    /** @param bytes {@link #END} where the sender has ended its direction */
    private record Chunk(byte[] bytes, long arrival) {}

    /** How the writer ended. */
    enum End {
        /** The sender ended its direction, and so did we. */
        ENDED,
        /** The connection is to be reset: it has carried all that it may. */
        SPENT
    }

    Pipe(Direction direction, SocketChannel from, SocketChannel to, Weather weather, Meter meter, Time time) {
        this.direction = direction;
        this.from = from;
        this.to = to;
        this.weather = weather;
        this.meter = meter;
        this.time = time;
        resetAt = weather.resetAt();
    }

    /** Reads until the sender ends. */
    void read() throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        while (from.read(buffer) >= 0) {
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes).clear();
            room.acquire(bytes.length);
            held.put(new Chunk(bytes, weather.arrival()));
        }
        held.put(new Chunk(END, weather.arrival()));
    }

    /** Writes what was read, each at its time; the end of one that swallows is never told. */
    End write() throws IOException, InterruptedException {
        while (true) {
            Chunk chunk = held.take();
            await(chunk.arrival());
            if (weather.swallows()) {
                swallowed = true;
            }
            if (swallowed) {
                meter.swallowed(chunk.bytes().length);
            } else if (chunk.bytes() == END) {
                to.shutdownOutput();
                return End.ENDED;
            } else if (!carry(chunk.bytes())) {
                return End.SPENT;
            }
            room.release(chunk.bytes().length);
        }
    }

    /** Whether nothing gets through, now or for good. */
    boolean swallows() {
        return swallowed || weather.swallows();
    }

    /** Writes as much as the connection may still carry; whether that was all. */
    private boolean carry(byte[] bytes) throws IOException, InterruptedException {
        int count = (int) Math.min(bytes.length, resetAt - passed);
        await(time.nanos() + weather.wait(count));
        ByteBuffer out = ByteBuffer.wrap(bytes, 0, count);
        while (out.hasRemaining()) {
            to.write(out);
        }
        passed += count;
        meter.passed(direction, count);
        return passed < resetAt;
    }

    private void await(long until) throws InterruptedException {
        long left = until - time.nanos();
        if (left > 0) {
            time.sleep(Duration.ofNanos(left));
        }
    }
}
