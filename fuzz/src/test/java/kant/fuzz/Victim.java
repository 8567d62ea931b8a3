package kant.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.protocol.net.ChannelService;
import kant.testkit.sim.SimTasks;

/** The hub's end of one client's connection, whose every buffer is counted. */
final class Victim implements AutoCloseable {
    /** More than one packet of each protocol at its largest, and what an answer to it takes. */
    private static final long MAX_BYTES = 4 << 20;

    /** Longer than every deadline of a connection. */
    private static final long AN_HOUR = 1;

    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SimTasks tasks;
    private final Consumer<byte[]> client;

    Victim(ChannelService service) {
        this(service, new SimTasks(), _ -> {});
    }

    /**
     * @param tasks what the service leaves to threads
     * @param client reads what the hub sends
     */
    Victim(ChannelService service, SimTasks tasks, Consumer<byte[]> client) {
        this.tasks = tasks;
        this.client = client;
        channel.config().setAllocator(buffers);
        channel.freezeTime();
        service.serve(channel);
        channel.pipeline().fireChannelActive();
    }

    /** Sends bytes as they are; the client reads what comes back. */
    void send(byte[] bytes) {
        send(bytes, 0, bytes.length);
    }

    /** Sends bytes in pieces, as a network may deliver them. */
    void send(byte[] bytes, int piece) {
        for (int at = 0; at < bytes.length && channel.isOpen(); at += piece) {
            send(bytes, at, Math.min(piece, bytes.length - at));
        }
    }

    /** The client goes; nothing may be left. */
    @Override
    public void close() {
        drain();
        if (channel.isOpen()) {
            // past every handler: a client that is gone is not asked how
            channel.pipeline().firstContext().close();
        }
        channel.advanceTimeBy(AN_HOUR, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
        drain();
        if (channel.isOpen()) {
            throw new AssertionError("the connection of a client that is gone is open");
        }
        channel.checkException();
        long left = used();
        if (left != 0) {
            throw new AssertionError(left + " bytes of buffers were not released");
        }
    }

    private void send(byte[] bytes, int from, int length) {
        ByteBuf sent = buffers.buffer(length).writeBytes(bytes, from, length);
        if (channel.isOpen()) {
            channel.writeInbound(sent);
        } else {
            sent.release();
        }
        drain();
        if (used() > MAX_BYTES) {
            throw new AssertionError(used() + " bytes of buffers are held for one client");
        }
    }

    /** The client reads what it is sent, and nothing may reach the end of the pipeline. */
    private void drain() {
        do {
            channel.runPendingTasks();
        } while (tasks.run());
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            if (out instanceof ByteBuf bytes) {
                client.accept(ByteBufUtil.getBytes(bytes));
            }
            ReferenceCountUtil.release(out);
        }
        Object passed = channel.readInbound();
        if (passed != null) {
            ReferenceCountUtil.release(passed);
            throw new AssertionError("nobody took a message: " + passed.getClass());
        }
    }

    private long used() {
        return buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory();
    }
}
