package kant.bench.bare;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Pem;
import kant.protocol.tls.ServerTls;
import kant.world.Randomness;
import kant.world.Time;

/** The program: listens on an address and writes its CA certificate to a file when it does. */
public final class BareServer {
    private static final int LOOPS = 2;
    private static final Duration CERTIFICATE = Duration.ofDays(2);

    private BareServer() {}

    /** Arguments: address, port, and the file for the CA certificate. */
    public static void main(String[] args) throws Exception {
        String address = args[0];
        var authority = CertificateAuthority.create("bare", CERTIFICATE, Time.system(), Randomness.secure());
        var certificate = authority.issueServer("bare", List.of(), List.of(address), CERTIFICATE);
        var tls = ServerTls.of(certificate.chain(), certificate.key());
        EventLoops loops = EventLoops.start(LOOPS);
        Channel listener = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Echo());
                    }
                })
                .bind(address, Integer.parseInt(args[1]))
                .sync()
                .channel();
        Path file = Path.of(args[2]);
        Path whole = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), Pem.text(authority.chain()));
        Files.move(whole, file);
        listener.closeFuture().sync();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            var _ = context.write(bytes, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
