package kant.daemonapi.unix;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

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
            remove(socket);
            Files.move(unborn, socket, StandardCopyOption.ATOMIC_MOVE);
            return bound.channel();
        } finally {
            remove(nursery);
        }
    }

    /** Removes whatever has this name, a folder with all that is in it. */
    static void remove(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(path);
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
