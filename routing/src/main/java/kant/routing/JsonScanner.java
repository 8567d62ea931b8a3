package kant.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the bytes of a JSON text (RFC 8259, nothing beyond it) that checks all of it and notes where its values begin, so
 * that no tree is built for the one or two fields that conditions name. Nesting needs no stack: an open container remembers the
 * one around it. Bytes that are not UTF-8 are let through within strings, as the original's decoder does.
 */
final class JsonScanner {
    private static final int NONE = -1;

    /** Seldom less, as machines write it; where it is, the index grows. */
    private static final int BYTES_AN_ENTRY = 4;

    /** By byte, unsigned: whether it stands for itself in a string. */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        Arrays.fill(PLAIN, ' ', PLAIN.length, true);
        PLAIN['"'] = false;
        PLAIN['\\'] = false;
    }

    private final byte[] text;
    private int at;

    /** Pairs, see {@link JsonIndex}; of an open container the second one is the container around it. */
    private int[] entries;

    private int count;
    private int open = NONE;
    /** The innermost container has no value yet: it may close, and needs no comma. */
    private boolean fresh;

    JsonScanner(byte[] text) {
        this.text = text;
        entries = new int[2 * Math.max(8, text.length / BYTES_AN_ENTRY)];
    }

    /** The index of the whole text; null where it is not JSON, and then {@link #position} is where it ceases to be. */
    @Nullable
    JsonIndex scan() {
        boolean good = value();
        while (good && open != NONE) {
            good = next();
        }
        return good && rest() ? new JsonIndex(text, entries, count) : null;
    }

    /** How far the text was understood: an offset in bytes. */
    int position() {
        return Math.min(at, text.length);
    }

    private boolean rest() {
        blanks();
        return at == text.length;
    }

    /** The next member or element of the innermost container, or its end. */
    private boolean next() {
        boolean object = text[entries[2 * open]] == '{';
        blanks();
        if (at == text.length) {
            return false;
        }
        if (text[at] == (object ? '}' : ']')) {
            close();
            return true;
        }
        if (!fresh && !take(',')) {
            return false;
        }
        return object ? name() && value() : value();
    }

    private boolean name() {
        blanks();
        if (at == text.length || text[at] != '"') {
            return false;
        }
        entry(at);
        if (!string()) {
            return false;
        }
        blanks();
        return take(':');
    }

    private boolean value() {
        blanks();
        if (at == text.length) {
            return false;
        }
        fresh = false;
        int entry = entry(at);
        switch (text[at]) {
            case '{', '[' -> {
                entries[2 * entry + 1] = open;
                open = entry;
                fresh = true;
                at++;
                return true;
            }
            case '"' -> {
                return string();
            }
            case 't' -> {
                return word("true");
            }
            case 'f' -> {
                return word("false");
            }
            case 'n' -> {
                return word("null");
            }
            default -> {
                return number();
            }
        }
    }

    private void close() {
        int around = entries[2 * open + 1];
        entries[2 * open + 1] = count;
        open = around;
        fresh = false;
        at++;
    }

    /** Notes a value or a name; returns its place. A scalar is followed by the next entry. */
    private int entry(int begin) {
        if (2 * count == entries.length) {
            entries = Arrays.copyOf(entries, 4 * count);
        }
        entries[2 * count] = begin;
        entries[2 * count + 1] = count + 1;
        return count++;
    }

    private boolean string() {
        byte[] bytes = text;
        int i = at + 1;
        while (true) {
            while (i < bytes.length && PLAIN[bytes[i] & 0xff]) {
                i++;
            }
            at = i;
            if (i == bytes.length) {
                return false;
            }
            if (bytes[i] == '"') {
                at = i + 1;
                return true;
            }
            int escape = bytes[i] == '\\' ? escape(i) : 0;
            if (escape == 0) {
                return false;
            }
            i += escape;
        }
    }

    /** The length of the escape at a backslash, 0 where it is none. */
    private int escape(int backslash) {
        if (backslash + 1 == text.length) {
            return 0;
        }
        return switch (text[backslash + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> hexDigits(backslash + 2) ? 6 : 0;
            default -> 0;
        };
    }

    private boolean hexDigits(int from) {
        if (from + 4 > text.length) {
            return false;
        }
        for (int i = from; i < from + 4; i++) {
            if (!Characters.isHexDigit((char) text[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!take(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        if (text[at] == '-') {
            at++;
        }
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        byte[] bytes = text;
        int start = at;
        int i = start;
        while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        at = i;
        return i > start;
    }

    private boolean take(char c) {
        if (at < text.length && text[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    private void blanks() {
        byte[] bytes = text;
        int i = at;
        while (i < bytes.length && isBlank(bytes[i])) {
            i++;
        }
        at = i;
    }

    private static boolean isBlank(byte b) {
        return b <= ' ' && (b == ' ' || b == '\n' || b == '\r' || b == '\t');
    }
}
