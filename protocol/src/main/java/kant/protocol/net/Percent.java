package kant.protocol.net;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent encoding of UTF-8 (RFC 3986): the unreserved characters stay, everything else becomes {@code %XX}. A plus is a plus. */
public final class Percent {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Percent() {}

    /** Appends the encoded form. */
    public static void encode(String text, StringBuilder into) {
        if (isPlain(text)) {
            into.append(text);
            return;
        }
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved((char) (b & 0xff))) {
                into.append((char) b);
            } else {
                into.append('%').append(HEX[b >> 4 & 0xf]).append(HEX[b & 0xf]);
            }
        }
    }

    /** The encoded form. */
    public static String encode(String text) {
        var into = new StringBuilder(text.length() + 8);
        encode(text, into);
        return into.toString();
    }

    /**
     * Undoes the encoding.
     *
     * @throws IllegalArgumentException where a percent sign is not followed by two hexadecimal digits, or the bytes are not UTF-8
     */
    public static String decode(String text) {
        int first = text.indexOf('%');
        return first < 0 ? text : decodeFrom(text, first);
    }

    private static String decodeFrom(String text, int first) {
        var result = new StringBuilder(text.length()).append(text, 0, first);
        byte[] run = new byte[(text.length() - first) / 3];
        int at = first;
        while (at < text.length()) {
            if (text.charAt(at) != '%') {
                result.append(text.charAt(at++));
                continue;
            }
            int bytes = 0;
            for (; at < text.length() && text.charAt(at) == '%'; at += 3) {
                run[bytes++] = octet(text, at);
            }
            result.append(utf8(run, bytes));
        }
        return result.toString();
    }

    private static byte octet(String text, int at) {
        int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(at + 2), 16);
        if (low < 0) {
            throw new IllegalArgumentException("'%' is not followed by two hexadecimal digits");
        }
        return (byte) (high << 4 | low);
    }

    private static CharSequence utf8(byte[] run, int bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(run, 0, bytes));
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException("percent-encoded bytes are not UTF-8");
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isUnreserved(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '~';
    }
}
