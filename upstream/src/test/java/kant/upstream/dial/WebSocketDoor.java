package kant.upstream.dial;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.util.function.Supplier;

/** A server's side of WebSockets at the path that IoT Hub has them at; nothing else is found there. */
public final class WebSocketDoor extends ChannelInboundHandlerAdapter {
    private final Supplier<ChannelHandler> protocol;

    private WebSocketDoor(Supplier<ChannelHandler> protocol) {
        this.protocol = protocol;
    }

    /** Adds what it takes; {@code protocol} makes the handler of the bytes within. */
    public static void add(ChannelPipeline pipeline, String subprotocol, Supplier<ChannelHandler> protocol) {
        pipeline.addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(8192))
                .addLast(new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                        .websocketPath("/$iothub/websocket?iothub-no-client-cert=true")
                        .subprotocols(subprotocol)
                        .maxFramePayloadLength(1 << 20)
                        .build()))
                .addLast(new WebSocketDoor(protocol));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof HandshakeComplete done && done.selectedSubprotocol() != null) {
            ctx.pipeline().addLast(new WebSocketBytes()).addLast(protocol.get());
            ctx.fireChannelActive();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
