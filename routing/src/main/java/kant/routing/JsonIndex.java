package kant.routing;

import java.nio.charset.StandardCharsets;
import kant.routing.JsonPath.Step;

/**
 * A JSON text that {@link JsonScanner} has checked, and where its values stand in it. An entry is two numbers: where a value, or the
 * name of a member, begins in the text; and which entry follows the whole value. A member is the entry of its name and the entry
 * of its value; the first entry is the document.
 */
final class JsonIndex {
    private static final int NOWHERE = -1;

    private final byte[] text;
    private final int[] entries;
    private final int count;

    JsonIndex(byte[] text, int[] entries, int count) {
        this.text = text;
        this.entries = entries;
        this.count = count;
    }

    boolean isObject() {
        return first(0) == '{';
    }

    /** Null for a path that leads nowhere; undefined for objects and arrays. Of members with one name the last one counts. */
    Value at(JsonPath path) {
        int entry = 0;
        for (Step step : path.steps()) {
            entry = switch (step) {
                case Step.Member member -> member(entry, member);
                case Step.Element(int index) -> element(entry, index);
            };
            if (entry == NOWHERE) {
                return Value.NULL;
            }
        }
        return value(entry);
    }

    private int member(int object, Step.Member member) {
        if (first(object) != '{') {
            return NOWHERE;
        }
        int found = NOWHERE;
        for (int name = object + 1; name < after(object); name = after(name + 1)) {
            if (is(begin(name) + 1, member)) {
                found = name + 1;
            }
        }
        return found;
    }

    private int element(int array, int index) {
        if (first(array) != '[') {
            return NOWHERE;
        }
        int entry = array + 1;
        for (int i = 0; i < index && entry < after(array); i++) {
            entry = after(entry);
        }
        return entry < after(array) ? entry : NOWHERE;
    }

    /** Whether the name that begins here, behind its quote, is the member's. */
    private boolean is(int begin, Step.Member member) {
        byte[] wanted = member.utf8();
        for (int i = 0; i < wanted.length; i++) {
            byte b = text[begin + i];
            if (b == '\\') {
                return string(begin).equals(member.name());
            }
            if (b != wanted[i]) {
                return false;
            }
        }
        byte end = text[begin + wanted.length];
        return end == '"' || (end == '\\' && string(begin).equals(member.name()));
    }

    private Value value(int entry) {
        return switch (first(entry)) {
            case '"' -> Value.of(string(begin(entry) + 1));
            case '{', '[' -> Value.UNDEFINED;
            case 't' -> Value.Bool.TRUE;
            case 'f' -> Value.Bool.FALSE;
            case 'n' -> Value.NULL;
            default -> Value.of(number(begin(entry)));
        };
    }

    private double number(int begin) {
        int end = begin + 1;
        while (end < text.length && isOfNumber(text[end])) {
            end++;
        }
        return Decimal.parse(new String(text, begin, end - begin, StandardCharsets.ISO_8859_1));
    }

    private static boolean isOfNumber(byte b) {
        return (b >= '0' && b <= '9') || b == '.' || b == 'e' || b == 'E' || b == '+' || b == '-';
    }

    /** The string whose first character, behind its quote, stands here. */
    private String string(int begin) {
        int end = begin;
        while (text[end] != '"' && text[end] != '\\') {
            end++;
        }
        String plain = new String(text, begin, end - begin, StandardCharsets.UTF_8);
        return text[end] == '"' ? plain : unescaped(new StringBuilder(plain), end);
    }

    private String unescaped(StringBuilder into, int from) {
        int i = from;
        while (text[i] != '"') {
            if (text[i] == '\\') {
                i = escape(i + 1, into);
                continue;
            }
            int start = i;
            while (text[i] != '"' && text[i] != '\\') {
                i++;
            }
            into.append(new String(text, start, i - start, StandardCharsets.UTF_8));
        }
        return into.toString();
    }

    /** Takes the escape behind a backslash; returns where the text goes on. */
    private int escape(int at, StringBuilder into) {
        switch (text[at]) {
            case 'b' -> into.append('\b');
            case 'f' -> into.append('\f');
            case 'n' -> into.append('\n');
            case 'r' -> into.append('\r');
            case 't' -> into.append('\t');
            case 'u' -> {
                into.append((char) Integer.parseInt(new String(text, at + 1, 4, StandardCharsets.ISO_8859_1), 16));
                return at + 5;
            }
            default -> into.append((char) text[at]);
        }
        return at + 1;
    }

    private byte first(int entry) {
        return text[entries[2 * entry]];
    }

    private int begin(int entry) {
        return entries[2 * entry];
    }

    /** The entry behind the whole value; {@link #count} behind the last one. */
    private int after(int entry) {
        return Math.min(entries[2 * entry + 1], count);
    }
}
