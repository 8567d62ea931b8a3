package kant.daemonapi.unix;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import kant.world.FileTree;

/**
 * Binds a socket so that its file never exists with another mode than wanted: it is bound in a folder only we can enter, gets its
 * mode there, and is moved to its name. Whatever stood there (stale socket, link, a folder that an engine made) is replaced; a
 * link's target is not touched.
 */
final class SocketFile {
    private static final String NURSERY = ".bind";

    private SocketFile() {}

    static Channel bind(ServerBootstrap bootstrap, EventLoopGroup loops, UnixServerConfig config) throws IOException {
        Path socket = config.socket().toAbsolutePath();
        SocketPath.address(socket);
        Path nursery = Files.createTempDirectory(
                socket.getParent(),
                NURSERY,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Path unborn = nursery.resolve("s");
            SocketPath.address(unborn);
            ChannelFuture bound =
                    bootstrap.bind(UnixTransport.address(loops, unborn)).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException(
                        "cannot listen on \"" + socket + "\": " + bound.cause().getMessage(), bound.cause());
            }
            Files.setPosixFilePermissions(unborn, PosixFilePermissions.fromString(config.mode()));
            FileTree.delete(socket);
            Files.move(unborn, socket, StandardCopyOption.ATOMIC_MOVE);
            return bound.channel();
        } finally {
            FileTree.delete(nursery);
        }
    }
}
