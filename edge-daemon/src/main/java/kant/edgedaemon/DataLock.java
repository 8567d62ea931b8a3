package kant.edgedaemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** One daemon per data folder: a lock that the system takes back when its holder dies, with the holder's pid to tell. */
final class DataLock implements AutoCloseable {
    private static final String FILE = "daemon.lock";

    private final FileChannel file;

    private DataLock(FileChannel file) {
        this.file = file;
    }

    static DataLock take(Path data) throws IOException {
        Path path = data.resolve(FILE);
        var file = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        if (!locked(file)) {
            file.close();
            throw new IOException("folder \"" + data + "\" is in use by another edge daemon, pid "
                    + Files.readString(path).strip() + "; stop that one, or choose another [kant] data");
        }
        file.truncate(0);
        file.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return new DataLock(file);
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false; // by this very process, in a test
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
