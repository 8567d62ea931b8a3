package kant.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import kant.cli.host.CliException;
import kant.cli.host.Json;
import kant.cli.host.Version;
import kant.model.digest.Sha256;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The files of one image build: a Dockerfile and what it copies. */
final class ContextFiles {
    private static final String HOME = "opt/kant";

    private final String dockerfile;
    /** Path in the context below {@code root/}, and where its bytes are. */
    private final Map<String, Path> files;

    private ContextFiles(String dockerfile, Map<String, Path> files) {
        this.dockerfile = dockerfile;
        this.files = files;
    }

    /** A base from nothing: the runtime, and the libraries of this machine that it loads. */
    static ContextFiles base(Path runtime) throws IOException {
        Map<String, Path> files = runtimeFiles(runtime);
        files.putAll(SystemLibraries.of(runtime));
        return new ContextFiles("FROM scratch\nCOPY root /\nENV PATH=/" + HOME + "/runtime/bin\n", files);
    }

    /** The runtime on a base that somebody chose. */
    static ContextFiles runtimeOn(String base, Path runtime) throws IOException {
        return new ContextFiles("FROM " + base + "\nCOPY root /\n", runtimeFiles(runtime));
    }

    /** A program or sample module on the base; its command is its bundle's. */
    static ContextFiles program(String base, String baseFingerprint, Path home, String name, String libraries)
            throws IOException {
        Path bundle = home.resolve("bundles/kant/" + name + "/" + Version.TEXT);
        Map<String, Path> files = new TreeMap<>();
        for (Path jar : jars(home.resolve(libraries), name)) {
            files.put(HOME + "/" + libraries + "/" + jar.getFileName(), jar);
        }
        // the sample modules share their class path, and so one cache
        Path cache = home.resolve("aot/" + (libraries.equals("modules") ? libraries : name) + ".aot");
        if (Files.exists(cache)) {
            files.put(HOME + "/aot/" + cache.getFileName(), cache);
        }
        ObjectNode launch = bundle(bundle, name);
        String dockerfile = "FROM " + base + "\nCOPY root /\nLABEL kant.base=" + baseFingerprint + "\nWORKDIR /" + HOME
                + "\n" + environment(launch) + "ENTRYPOINT " + Json.text(entrypoint(launch)) + "\n";
        return new ContextFiles(dockerfile, files);
    }

    private static Map<String, Path> runtimeFiles(Path runtime) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (var walk = Files.walk(runtime)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(HOME + "/runtime/" + runtime.relativize(file), file);
            }
        }
        return files;
    }

    /** A program's jar and those that its manifest names. */
    private static List<Path> jars(Path folder, String name) throws IOException {
        Path own = folder.resolve((folder.endsWith("modules") ? "modules" : name) + "-" + Version.TEXT + ".jar");
        try (var jar = new JarFile(own.toFile())) {
            String classPath = jar.getManifest().getMainAttributes().getValue("Class-Path");
            var jars = new ArrayList<>(List.of(own));
            if (classPath != null) {
                for (String other : classPath.split(" ")) {
                    jars.add(folder.resolve(other));
                }
            }
            return jars;
        }
    }

    /** How the process engine starts it, which is how a container does too. */
    private static ObjectNode bundle(Path bundle, String name) throws IOException {
        try {
            return Json.read(bundle.resolve("bundle.json"));
        } catch (CliException e) {
            throw new IOException("bundle of " + name + ": " + e.getMessage(), e);
        }
    }

    private static ArrayNode entrypoint(ObjectNode bundle) {
        ArrayNode command = Json.object().putArray("entrypoint");
        for (JsonNode word : bundle.path("entrypoint")) {
            command.add(word.asText()
                    .replace("${java}", "/" + HOME + "/runtime/bin/java")
                    .replace("${bundle}/../../../..", "/" + HOME)
                    .replace("${bundle}", "/" + HOME));
        }
        return command;
    }

    private static String environment(ObjectNode bundle) {
        var lines = new StringBuilder();
        bundle.path("env")
                .properties()
                .forEach(variable -> lines.append("ENV ")
                        .append(variable.getKey())
                        .append('=')
                        .append(variable.getValue()) // quoted, as JSON and a Dockerfile both do it
                        .append('\n'));
        return lines.toString();
    }

    /** Changes whenever the Dockerfile or a file does; files are told apart by size and time, as a build tool would. */
    String fingerprint() throws IOException {
        MessageDigest digest = Sha256.begin();
        digest.update(dockerfile.getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, Path> file : files.entrySet()) {
            String line = file.getKey() + " " + Files.size(file.getValue()) + " "
                    + Files.getLastModifiedTime(file.getValue()).toMillis() + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Writes the build context as a tar archive. */
    void writeTo(Path archive) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive));
                var tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            byte[] text = dockerfile.getBytes(StandardCharsets.UTF_8);
            var entry = new TarArchiveEntry("Dockerfile");
            entry.setSize(text.length);
            tar.putArchiveEntry(entry);
            tar.write(text);
            tar.closeArchiveEntry();
            var temporary = new TarArchiveEntry("root/tmp/");
            temporary.setMode(TarArchiveEntry.DEFAULT_DIR_MODE & ~0777 | 01777);
            tar.putArchiveEntry(temporary);
            tar.closeArchiveEntry();
            for (Map.Entry<String, Path> file : files.entrySet()) {
                add(tar, "root/" + file.getKey(), file.getValue());
            }
        }
    }

    private static void add(TarArchiveOutputStream tar, String name, Path file) throws IOException {
        var entry = new TarArchiveEntry(file.toRealPath(), name);
        entry.setIds(0, 0);
        entry.setMode(Files.isExecutable(file) ? 0755 : 0644);
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
    }
}
