package kant.protocol.web;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import kant.protocol.net.Carrier;
import kant.protocol.net.ChannelService;
import kant.protocol.tls.ClientCertificates;

/** A protocol that says again what it hears, and what it learnt of its connection. */
final class EchoService implements ChannelService {
    final BlockingQueue<Channel> served = new LinkedBlockingQueue<>();
    final BlockingQueue<List<X509Certificate>> certificates = new LinkedBlockingQueue<>();
    final BlockingQueue<Channel> ended = new LinkedBlockingQueue<>();

    @Override
    public void serve(Channel channel) {
        if (Carrier.of(channel) != Carrier.WEB_SOCKET) {
            throw new AssertionError("not marked as a WebSocket");
        }
        certificates.add(ClientCertificates.of(channel));
        channel.pipeline().addLast("connection", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                var _ = context.write((ByteBuf) message);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                context.flush();
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                ended.add(channel);
            }
        });
        served.add(channel);
    }
}
