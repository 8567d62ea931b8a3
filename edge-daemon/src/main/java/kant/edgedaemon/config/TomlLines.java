package kant.edgedaemon.config;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * On which line a key stands, for messages. It reads table heads and keys line by line and knows nothing of values, so a key inside
 * an inline table has the line of the table.
 */
final class TomlLines {
    private static final Pattern TABLE = Pattern.compile("^\\s*\\[\\[?\\s*([^\\]]+?)\\s*\\]\\]?.*");
    private static final Pattern KEY = Pattern.compile("^\\s*([A-Za-z0-9_.\"'-]+)\\s*=.*");

    private final Map<String, Integer> lines = new HashMap<>();

    TomlLines(String text) {
        String table = "";
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            Matcher head = TABLE.matcher(line);
            Matcher key = KEY.matcher(line);
            if (head.matches()) {
                table = plain(head.group(1)) + ".";
                lines.putIfAbsent(plain(head.group(1)), number);
            } else if (key.matches()) {
                lines.putIfAbsent(table + plain(key.group(1)), number);
            }
        }
    }

    /** The line of a key such as {@code agent.config.image}, or of the nearest table around it; 0 where none is found. */
    int of(String key) {
        for (String at = key; !at.isEmpty(); at = at.contains(".") ? at.substring(0, at.lastIndexOf('.')) : "") {
            Integer line = lines.get(at);
            if (line != null) {
                return line;
            }
        }
        return 0;
    }

    private static String plain(String key) {
        return key.replaceAll("[\"'\\s]", "");
    }
}
