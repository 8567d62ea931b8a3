package kant.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The seeds in the tree: a file of lines for each target; blank lines and those that begin with {@code #} are not seeds. */
final class Seeds {
    private Seeds() {}

    /** Each line as it is. */
    static Stream<String> texts(String file) {
        return lines(file).stream();
    }

    /** Each line's UTF-8 bytes, {@code \r} and {@code \n} for line breaks. */
    static Stream<byte[]> lined(String file) {
        return lines(file).stream()
                .map(line -> line.replace("\\r", "\r").replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Each line as hexadecimal digits, blanks between them ignored. */
    static Stream<byte[]> hex(String file) {
        return lines(file).stream().map(line -> HexFormat.of().parseHex(line.replace(" ", "")));
    }

    private static List<String> lines(String file) {
        InputStream resource = Seeds.class.getResourceAsStream(file);
        if (resource == null) {
            throw new AssertionError("no seeds " + file + " in the test resources of fuzz");
        }
        try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
