package kant.daemonapi.unix;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The one limit that unix socket paths have and that surprises everybody. */
public final class SocketPath {
    /** {@code sun_path} holds 108 bytes with its terminating zero. */
    public static final int MAX_BYTES = 107;

    private SocketPath() {}

    /** The address of a path, or a sentence about its length. */
    public static UnixDomainSocketAddress address(Path path) throws IOException {
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IOException("socket path \"" + path + "\" has " + bytes + " bytes, " + MAX_BYTES
                    + " are possible; choose a shorter data or run folder, or a shorter module name");
        }
        return UnixDomainSocketAddress.of(path);
    }

    /** The path of a {@code unix:///path} URI. */
    public static Path ofUri(String uri) {
        if (!uri.startsWith("unix://") || uri.length() == "unix://".length()) {
            throw new IllegalArgumentException("\"" + uri + "\" is not a unix:///path URI");
        }
        return Path.of(uri.substring("unix://".length()));
    }
}
