package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kant.edgedaemon.engine.EngineException;

/**
 * The user that a module runs as where it is not the daemon's own, from {@code createOptions.User}: {@code name}, {@code uid}, each with
 * {@code :group} or {@code :gid} behind it. Only a daemon that is root can do it. A uid that has no name gets the gid of the same number:
 * Docker's group 0 would be the machine's own.
 */
record RunAs(int uid, int gid) {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final Path USERS = Path.of("/etc/passwd");
    private static final Path GROUPS = Path.of("/etc/group");

    static RunAs parse(String text) throws EngineException {
        String[] parts = text.split(":", 2);
        String[] user = line(USERS, parts[0]);
        int uid = isNumber(parts[0]) ? Integer.parseInt(parts[0]) : Integer.parseInt(known(user, text)[2]);
        int gid;
        if (parts.length == 2) {
            gid = isNumber(parts[1])
                    ? Integer.parseInt(parts[1])
                    : Integer.parseInt(known(line(GROUPS, parts[1]), text)[2]);
        } else {
            gid = user.length > 3 ? Integer.parseInt(user[3]) : uid;
        }
        if (!Files.isExecutable(SETPRIV)) {
            throw EngineException.badSpec("createOptions.User = \"" + text + "\" needs " + SETPRIV
                    + " (package util-linux), which is missing");
        }
        return new RunAs(uid, gid);
    }

    /** The line of that name or number; empty where there is none. */
    private static String[] line(Path file, String key) throws EngineException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.split(":"))
                    .filter(fields -> fields.length > 2 && (fields[0].equals(key) || fields[2].equals(key)))
                    .findFirst()
                    .orElse(new String[0]);
        } catch (IOException e) {
            throw EngineException.failed("\"" + file + "\" cannot be read", e);
        }
    }

    private static String[] known(String[] fields, String text) throws EngineException {
        if (fields.length == 0) {
            throw EngineException.badSpec("createOptions.User = \"" + text + "\": this machine knows no such user or"
                    + " group; name one of its own, or give numbers");
        }
        return fields;
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,9}");
    }

    /** What goes in front of a command. */
    List<String> prefix() {
        return List.of(
                SETPRIV.toString(),
                "--reuid",
                Integer.toString(uid),
                "--regid",
                Integer.toString(gid),
                "--clear-groups");
    }

    /**
     * Gives it the module's folder, and lets it pass through those above, which stay closed to a look.
     *
     * @param data the daemon's data folder
     */
    void own(Path folder, Path data) throws IOException {
        for (Path above = folder.getParent(); above != null && above.startsWith(data); above = above.getParent()) {
            Set<PosixFilePermission> mode = new HashSet<>(Files.getPosixFilePermissions(above));
            mode.add(PosixFilePermission.OTHERS_EXECUTE);
            Files.setPosixFilePermissions(above, mode);
        }
        if (Integer.valueOf(uid).equals(Files.getAttribute(folder, "unix:uid"))) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                return visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
