package kant.modules.edge;

import com.microsoft.azure.sdk.iot.device.hsm.UnixDomainSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The device SDK's way to the workload API's unix socket, on the JDK's own channel. */
final class UnixChannel implements UnixDomainSocketChannel {
    private @Nullable SocketChannel channel;

    @Override
    public void open(String path) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        opened().connect(UnixDomainSocketAddress.of(path));
    }

    @Override
    public void write(byte[] output) throws IOException {
        var buffer = ByteBuffer.wrap(output);
        while (buffer.hasRemaining()) {
            opened().write(buffer);
        }
    }

    @Override
    public int read(byte[] input) throws IOException {
        return opened().read(ByteBuffer.wrap(input));
    }

    @Override
    public void close() throws IOException {
        opened().close();
    }

    private SocketChannel opened() throws IOException {
        if (channel == null) {
            throw new IOException("the workload socket is used before it was opened");
        }
        return channel;
    }
}
