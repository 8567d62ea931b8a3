package kant.upstream.dial;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.URI;
import java.time.Duration;
import kant.upstream.ParentConfig;
import kant.upstream.drive.Reason;

/**
 * Opens a WebSocket on a channel and hands it over when it is open; from then on frames are bytes and bytes are frames, and
 * what happens to the channel is for the handlers behind it to hear.
 */
final class WebSocketOpening extends ChannelInboundHandlerAdapter {
    private static final int LARGEST_ANSWER_BYTES = 16 * 1024;

    /** Where IoT Hub's WebSockets are; the query says that we come without a certificate. */
    private static final String PATH = "/$iothub/websocket?iothub-no-client-cert=true";

    private final Dialler.Caller caller;
    private boolean ended;

    private WebSocketOpening(Dialler.Caller caller) {
        this.caller = caller;
    }

    static void add(
            ChannelPipeline pipeline, ParentConfig parent, String subprotocol, Duration limit, Dialler.Caller caller) {
        var config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create("wss://" + parent.hostHeader() + PATH))
                .version(WebSocketVersion.V13)
                .subprotocol(subprotocol)
                .generateOriginHeader(false)
                .maxFramePayloadLength(WebSocketBytes.LARGEST_FRAME_BYTES)
                .handshakeTimeoutMillis(limit.toMillis())
                .build();
        pipeline.addLast(new HttpClientCodec())
                .addLast(new HttpObjectAggregator(LARGEST_ANSWER_BYTES))
                .addLast(new WebSocketClientProtocolHandler(config))
                .addLast(new WebSocketOpening(caller));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        // nobody behind this handler can use the channel yet
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            ended = true;
            ctx.pipeline().replace(this, null, new WebSocketBytes());
            caller.assemble(ctx.channel());
            // as seen by the new handlers, the channel is open only now
            ctx.pipeline().context(WebSocketBytes.class).fireChannelActive();
        } else if (event == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
            fail(ctx, "the parent did not answer the request for a WebSocket in time");
        } else if (event instanceof SslHandshakeCompletionEvent tls
                && !tls.isSuccess()
                && ctx.channel().isActive()) {
            fail(ctx, "TLS with the parent failed: " + Reason.of(tls.cause()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, "the parent closed the connection before the WebSocket was open");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, "no WebSocket to the parent: " + Reason.of(cause));
    }

    private void fail(ChannelHandlerContext ctx, String reason) {
        if (!ended) {
            ended = true;
            caller.failed(reason);
            var _ = ctx.close();
        }
    }
}
