package kant.protocol.amqp;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;

/** What carries a connection's bytes. */
final class Carriers {
    private Carriers() {}

    /** The name of the protocol as {@link kant.protocol.port.ClientInfo} has it. */
    static String protocol(Channel channel) {
        boolean webSocket =
                channel.pipeline().toMap().values().stream().anyMatch(WebSocketFrameDecoder.class::isInstance);
        return webSocket ? "amqpWs" : "amqp";
    }
}
