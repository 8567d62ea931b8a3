package kant.protocol.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import kant.protocol.net.ChannelService;
import kant.protocol.net.EventLoops;
import kant.protocol.net.LineBudget;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/** Serves HTTP/1.1 on a connection, one request after the other. */
public final class HttpService implements ChannelService {
    /** The handler between bytes and requests. */
    public static final String CODEC = "http-codec";

    /** The handler of requests. */
    public static final String CONNECTION = "http";

    private static final int MAX_LINE_BYTES = 8192;
    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final int MAX_CHUNK_BYTES = 16 * 1024;

    private final Shared shared;

    private HttpService(Shared shared) {
        this.shared = shared;
    }

    /**
     * What all connections of one service share.
     *
     * @param upgrade null where there is nothing to upgrade to
     */
    record Shared(
            Tasks tasks,
            HttpHandler handler,
            int maxBodyBytes,
            LineBudget lines,
            @Nullable HttpUpgrade upgrade) {}

    /**
     * A service that stays with HTTP.
     *
     * @param maxBodyBytes larger requests are answered 413
     */
    public static HttpService of(Tasks tasks, HttpHandler handler, int maxBodyBytes, EventLoops loops) {
        var lines = new LineBudget(loops.group().ticker().nanoTime());
        return new HttpService(new Shared(tasks, handler, maxBodyBytes, lines, null));
    }

    /** The same, whose connections may become another protocol's. */
    public HttpService upgradableBy(HttpUpgrade upgrade) {
        return new HttpService(
                new Shared(shared.tasks(), shared.handler(), shared.maxBodyBytes(), shared.lines(), upgrade));
    }

    @Override
    public void serve(Channel channel) {
        channel.pipeline().addLast(CODEC, codec()).addLast(CONNECTION, new HttpConnection(channel, shared));
    }

    private static HttpServerCodec codec() {
        return new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES));
    }
}
