package kant.edgedaemon.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** What modules trust: the device CA, then the operator's own bundle (reference/daemon.md §5.6). */
public final class TrustBundle {
    private static final String FOR_LEAVES = "rw-r--r--";

    private final DeviceCa ca;
    private final String users;

    private TrustBundle(DeviceCa ca, String users) {
        this.ca = ca;
        this.users = users;
    }

    /** Reads the operator's bundle, if there is one. */
    public static TrustBundle open(DeviceCa ca, @Nullable Path usersBundle) throws IOException {
        return new TrustBundle(ca, usersBundle == null ? "" : Files.readString(usersBundle));
    }

    /** PEM. */
    public String pem() {
        String own = ca.pem();
        return users.isBlank() ? own : own + (own.endsWith("\n") ? "" : "\n") + users;
    }

    /** The operator's part alone, PEM; empty where there is none. */
    public String usersPem() {
        return users;
    }

    /** Writes the bundle where people find it for their leaf devices. */
    public void publish(Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FOR_LEAVES)));
        Files.writeString(unfinished, pem());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
