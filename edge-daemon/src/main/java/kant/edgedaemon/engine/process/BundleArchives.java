package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import kant.model.digest.Sha256;
import kant.world.FileTree;

/**
 * Bundles that come as one file, whose digest is that of the whole file. They are unpacked once into {@code unpacked/<hex of the digest>},
 * and run from there: what the archive becomes later changes nothing of what runs.
 */
final class BundleArchives {
    static final List<String> ENDS = List.of(".tar", ".tar.gz", ".tgz", ".zip");
    private static final String SHA256 = "sha256:";
    private static final String UNFINISHED = ".new";
    private static final int PIECE_BYTES = 64 * 1024;

    private final Path unpacked;
    private final Map<Path, Known> digests = new ConcurrentHashMap<>();

    /** A file's digest as long as the file looks the same; there are as many as the catalogue has archives. */
    private record Known(long size, FileTime changed, String digest) {}

    /** @param digest {@code sha256:…} of the archive */
    record Unpacked(Path folder, String digest) {}

    BundleArchives(Path unpacked) {
        this.unpacked = unpacked;
    }

    /** The archive that stands where the bundle's folder would. */
    static Optional<Path> at(Path place) {
        return ENDS.stream()
                .map(end -> place.resolveSibling(place.getFileName() + end))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Its digest alone. */
    String digest(Path archive) throws IOException {
        BasicFileAttributes now = Files.readAttributes(archive, BasicFileAttributes.class);
        Known known = digests.get(archive);
        if (known == null || known.size() != now.size() || !known.changed().equals(now.lastModifiedTime())) {
            known = new Known(now.size(), now.lastModifiedTime(), computed(archive));
            digests.put(archive, known);
        }
        return known.digest();
    }

    /** Its content as a folder; unpacked now where it was not yet. */
    synchronized Unpacked open(Path archive) throws IOException {
        String digest = digest(archive);
        Path folder = unpacked.resolve(digest.substring(SHA256.length()));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    unpacked, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
            Path unfinished = folder.resolveSibling(folder.getFileName() + UNFINISHED);
            FileTree.delete(unfinished);
            unpackOrClear(archive, unfinished);
            if (!computed(archive).equals(digest)) {
                FileTree.delete(unfinished);
                throw new IOException("it changed while it was read");
            }
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Unpacked(folder, digest);
    }

    private static void unpackOrClear(Path archive, Path folder) throws IOException {
        try {
            BundleArchive.unpack(archive, folder);
        } catch (IOException e) {
            FileTree.delete(folder);
            throw e;
        }
    }

    /** Removes what was unpacked of others. */
    synchronized void keepOnly(Set<String> wanted) throws IOException {
        if (!Files.isDirectory(unpacked)) {
            return;
        }
        try (Stream<Path> folders = Files.list(unpacked)) {
            for (Path folder : folders.toList()) {
                if (!wanted.contains(SHA256 + folder.getFileName())) {
                    FileTree.delete(folder);
                }
            }
        }
    }

    private static String computed(Path archive) throws IOException {
        MessageDigest sha256 = Sha256.begin();
        try (InputStream in = new DigestInputStream(Files.newInputStream(archive), sha256)) {
            byte[] piece = new byte[PIECE_BYTES];
            while (in.read(piece) >= 0) {
                // only the digest is wanted
            }
        }
        return SHA256 + HexFormat.of().formatHex(sha256.digest());
    }
}
