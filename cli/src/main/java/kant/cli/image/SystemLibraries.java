package kant.cli.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shared libraries of this machine that a Java runtime needs, found with the loader's own {@code ldd}. */
final class SystemLibraries {
    private static final Pattern FOUND = Pattern.compile("(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)");
    /** What Netty's native parts link against beyond the runtime's own needs. */
    private static final List<String> ALSO = List.of("libcrypt.so.1", "libresolv.so.2");

    private SystemLibraries() {}

    /** Paths as the loader in a container looks for them, without the leading slash, and the files themselves. */
    static Map<String, Path> of(Path runtime) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("ldd", runtime.resolve("bin/java").toString()));
        try (var walk = Files.walk(runtime.resolve("lib"))) {
            walk.filter(f -> f.getFileName().toString().endsWith(".so")).forEach(f -> command.add(f.toString()));
        }
        Map<String, Path> libraries = new TreeMap<>();
        for (String line : output(command).split("\n")) {
            Matcher m = FOUND.matcher(line.strip());
            if (m.matches()) {
                Path library = Path.of(m.group(1)).normalize();
                if (!library.startsWith(runtime)) {
                    libraries.put(library.toString().substring(1), library);
                }
            }
        }
        addOthers(libraries);
        return libraries;
    }

    private static void addOthers(Map<String, Path> libraries) {
        List<Path> folders = libraries.values().stream()
                .filter(l -> l.getFileName().toString().startsWith("libc.so"))
                .map(Path::getParent)
                .toList();
        for (Path folder : folders) {
            for (String name : ALSO) {
                Path library = folder.resolve(name);
                if (Files.exists(library)) {
                    libraries.put(library.toString().substring(1), library);
                }
            }
        }
    }

    private static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
