package kant.bench.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** No store at all: each group goes to blocks that exist, then fdatasync. What the disk and the hand-over alone allow. */
public final class RawOverwrite implements Committer {
    public static final String NAME = "raw";

    private static final int FILE_BYTES = 16 << 20;
    private static final int GROUP_BYTES = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer group = ByteBuffer.allocateDirect(GROUP_BYTES);
    private long position;

    private RawOverwrite(FileChannel channel) {
        this.channel = channel;
    }

    /** The engine of this kind. */
    public static EngineFactory factory() {
        return new EngineFactory() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public Engine open(Path emptyFolder) throws IOException {
                return new GroupCommit(new RawOverwrite(allocated(emptyFolder.resolve("blocks"))));
            }
        };
    }

    @Override
    public void add(byte[] record) throws IOException {
        if (group.remaining() < record.length) {
            commit();
        }
        group.put(record);
    }

    @Override
    public void commit() throws IOException {
        group.flip();
        if (position + group.remaining() > FILE_BYTES) {
            position = 0;
        }
        while (group.hasRemaining()) {
            position += channel.write(group, position);
        }
        group.clear();
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static FileChannel allocated(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var zeros = ByteBuffer.allocateDirect(GROUP_BYTES);
        for (long at = 0; at < FILE_BYTES; at += GROUP_BYTES) {
            channel.write(zeros.clear(), at);
        }
        channel.force(true);
        return channel;
    }
}
