package kant.protocol.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The few pieces of DER (X.690) that certificates and private keys are made of, each a tag, a length and its content. */
final class Der {
    static final byte[] NULL = element(0x05, new byte[0]);

    private static final int BIT_STRING = 0x03;
    private static final int LONG_FORM = 0x80;
    private static final int LOW_SEVEN = 0x7f;
    private static final int BYTE = 0xff;
    /** Certificates say years before 2050 with two digits (RFC 5280, 4.1.2.5). */
    private static final int FOUR_DIGITS_FROM = 2050;

    private static final DateTimeFormatter TWO_DIGITS = DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'");
    private static final DateTimeFormatter FOUR_DIGITS = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'");

    private Der() {}

    static byte[] element(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var whole = new ByteArrayOutputStream();
        whole.write(tag);
        writeLength(whole, content.size());
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < LONG_FORM) {
            out.write(length);
            return;
        }
        byte[] bytes = BigInteger.valueOf(length).toByteArray();
        int from = bytes[0] == 0 ? 1 : 0; // a sign that lengths do not have
        out.write(LONG_FORM | (bytes.length - from));
        out.write(bytes, from, bytes.length - from);
    }

    static byte[] sequence(byte[]... parts) {
        return element(0x30, parts);
    }

    static byte[] set(byte[]... parts) {
        return element(0x31, parts);
    }

    /** {@code [number] EXPLICIT}. */
    static byte[] explicit(int number, byte[] part) {
        return element(0xa0 | number, part);
    }

    /** {@code [number] IMPLICIT} of a type without parts. */
    static byte[] implicit(int number, byte[] content) {
        return element(0x80 | number, content);
    }

    static byte[] yes() {
        return element(0x01, new byte[] {(byte) BYTE});
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] integer(int value) {
        return integer(BigInteger.valueOf(value));
    }

    static byte[] octets(byte[] content) {
        return element(0x04, content);
    }

    /** @param unused how many of the last byte's low bits do not count */
    static byte[] bits(byte[] content, int unused) {
        return element(BIT_STRING, new byte[] {(byte) unused}, content);
    }

    static byte[] text(String text) {
        return element(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** To the second. */
    static byte[] time(Instant instant) {
        var time = instant.atOffset(ZoneOffset.UTC);
        return time.getYear() < FOUR_DIGITS_FROM
                ? element(0x17, TWO_DIGITS.format(time).getBytes(StandardCharsets.US_ASCII))
                : element(0x18, FOUR_DIGITS.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    /** @param dotted for example {@code 2.5.4.3} */
    static byte[] oid(String dotted) {
        long[] arcs =
                Arrays.stream(dotted.split("\\.")).mapToLong(Long::parseLong).toArray();
        var content = new ByteArrayOutputStream();
        writeArc(content, arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            writeArc(content, arcs[i]);
        }
        return element(0x06, content.toByteArray());
    }

    private static void writeArc(ByteArrayOutputStream out, long arc) {
        for (int shift = (63 - Long.numberOfLeadingZeros(arc | 1)) / 7 * 7; shift > 0; shift -= 7) {
            out.write(LONG_FORM | (int) (arc >> shift & LOW_SEVEN));
        }
        out.write((int) (arc & LOW_SEVEN));
    }

    /**
     * The parts of a sequence or of another element that has parts, each with its tag and length.
     *
     * @throws GeneralSecurityException where the bytes are not DER, or not one element
     */
    static List<byte[]> parts(byte[] element) throws GeneralSecurityException {
        List<byte[]> parts = new ArrayList<>();
        int at = contentStart(element, 0);
        if (end(element, 0) != element.length) {
            throw malformed();
        }
        while (at < element.length) {
            int end = end(element, at);
            parts.add(Arrays.copyOfRange(element, at, end));
            at = end;
        }
        return List.copyOf(parts);
    }

    /** What is in an element, without its tag and length. */
    static byte[] content(byte[] element) throws GeneralSecurityException {
        return Arrays.copyOfRange(element, contentStart(element, 0), end(element, 0));
    }

    private static int contentStart(byte[] bytes, int at) throws GeneralSecurityException {
        if (at + 2 > bytes.length) {
            throw malformed();
        }
        int length = bytes[at + 1] & BYTE;
        return at + 2 + (length < LONG_FORM ? 0 : length & LOW_SEVEN);
    }

    private static int end(byte[] bytes, int at) throws GeneralSecurityException {
        int start = contentStart(bytes, at);
        long length = bytes[at + 1] & BYTE;
        if (length >= LONG_FORM) {
            if (start > bytes.length || start - at > 2 + Integer.BYTES || start == at + 2) {
                throw malformed();
            }
            length = new BigInteger(1, Arrays.copyOfRange(bytes, at + 2, start)).longValueExact();
        }
        if (length > bytes.length - start) {
            throw malformed();
        }
        return start + (int) length;
    }

    private static GeneralSecurityException malformed() {
        return new GeneralSecurityException("the bytes are not DER");
    }
}
