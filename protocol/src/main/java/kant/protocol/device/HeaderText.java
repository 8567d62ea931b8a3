package kant.protocol.device;

import java.nio.charset.StandardCharsets;
import kant.protocol.net.Percent;

/**
 * Any text in the place of a header. What HTTP cannot carry is percent-encoded, so that one message with an odd property does
 * not bar the way for those that follow it.
 */
final class HeaderText {
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    private HeaderText() {}

    /** A header's name; encoded as a whole where it is no token (RFC 9110 §5.6.2). */
    static String name(String text) {
        return text.chars().allMatch(HeaderText::isTokenCharacter) ? text : Percent.encode(text);
    }

    /** A header's value: UTF-8, each byte a character as the codec wants it; only controls and outer spaces are encoded. */
    static String value(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var value = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean outer = i == 0 || i == bytes.length - 1;
            if (c < ' ' || c == 0x7f || outer && c == ' ') {
                value.append('%').append(String.format("%02X", (int) c));
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }

    private static boolean isTokenCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || TOKEN.indexOf(c) >= 0;
    }
}
