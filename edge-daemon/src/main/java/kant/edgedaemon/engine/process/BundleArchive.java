package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Enumeration;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks one archive, tar or zip. Nothing of it lands outside of its folder: names and links that lead out are refused, as are devices
 * and other things that are no files.
 */
final class BundleArchive {
    private static final int MAX_ENTRIES = 100_000;
    private static final long MAX_BYTES = 4L * 1024 * 1024 * 1024;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int ANYONE_RUNS = 0b001_001_001;

    private final Path folder;
    private int entries;
    private long bytes;

    private BundleArchive(Path folder) {
        this.folder = folder;
    }

    /** Unpacks it into a folder that is made. */
    static void unpack(Path archive, Path folder) throws IOException {
        var into = new BundleArchive(folder);
        into.folder(folder);
        if (archive.toString().endsWith(".zip")) {
            into.zip(archive);
        } else {
            into.tar(archive);
        }
    }

    private void tar(Path archive) throws IOException {
        boolean zipped = !archive.toString().endsWith(".tar");
        try (InputStream file = Files.newInputStream(archive);
                InputStream plain = zipped ? new GZIPInputStream(file, PIECE_BYTES) : file;
                var tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = target(entry.getName());
                if (entry.isDirectory()) {
                    folder(target);
                } else if (entry.isSymbolicLink()) {
                    link(target, entry.getLinkName());
                } else if (entry.isLink()) {
                    Files.copy(target(entry.getLinkName()), parentOf(target), StandardCopyOption.COPY_ATTRIBUTES);
                } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
                    throw new IOException("its entry \"" + entry.getName() + "\" is neither file, folder nor link");
                } else {
                    file(target, tar, (entry.getMode() & ANYONE_RUNS) != 0);
                }
            }
        }
    }

    private void zip(Path archive) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            Enumeration<ZipArchiveEntry> all = zip.getEntries();
            while (all.hasMoreElements()) {
                ZipArchiveEntry entry = all.nextElement();
                Path target = target(entry.getName());
                if (entry.isDirectory()) {
                    folder(target);
                } else if (entry.isUnixSymlink()) {
                    link(target, zip.getUnixSymlink(entry));
                } else {
                    try (InputStream content = zip.getInputStream(entry)) {
                        file(target, content, (entry.getUnixMode() & ANYONE_RUNS) != 0);
                    }
                }
            }
        }
    }

    private Path target(String name) throws IOException {
        if (++entries > MAX_ENTRIES) {
            throw new IOException("it has more than " + MAX_ENTRIES + " entries");
        }
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("its entry \"" + name + "\" leads out of the bundle");
        }
        return target;
    }

    private Path parentOf(Path target) throws IOException {
        Path parent = target.getParent();
        if (parent != null) {
            folder(parent);
            if (!parent.toRealPath().startsWith(folder.toRealPath())) {
                throw new IOException("its entry \"" + folder.relativize(target) + "\" leads out of the bundle");
            }
        }
        return target;
    }

    private void folder(Path path) throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private void link(Path link, String target) throws IOException {
        Path lead = link.resolveSibling(target).normalize();
        if (Path.of(target).isAbsolute() || !lead.startsWith(folder)) {
            throw new IOException("its link \"" + folder.relativize(link) + "\" leads out of the bundle");
        }
        Files.createSymbolicLink(parentOf(link), Path.of(target));
    }

    /** Synced, since the folder's later name says that it is whole. */
    private void file(Path target, InputStream content, boolean runs) throws IOException {
        try (FileChannel file =
                FileChannel.open(parentOf(target), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int n = content.read(piece); n >= 0; n = content.read(piece)) {
                bytes += n;
                if (bytes > MAX_BYTES) {
                    throw new IOException("it has more than " + MAX_BYTES + " bytes unpacked");
                }
                var buffer = ByteBuffer.wrap(piece, 0, n);
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
            }
            file.force(true);
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
