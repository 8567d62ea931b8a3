package kant.model.auth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/**
 * A shared access signature: {@code SharedAccessSignature sr=…&sig=…&se=…[&skn=…]}, fields in any order, names in any case
 * (reference/device-protocols.md §2.1).
 *
 * @param resource {@code sr} exactly as written in the token: the signature covers these characters
 * @param signature the decoded {@code sig}
 * @param expiry {@code se} exactly as written, whole seconds since 1970
 * @param policy {@code skn}, empty where absent
 */
public record SasToken(String resource, byte[] signature, String expiry, String policy) {
    private static final String SCHEME = "SharedAccessSignature ";
    private static final int MAX_CHARACTERS = 8192;

    /** Reads a token, or refuses it with the field that is missing or malformed. */
    public static SasToken parse(String text) throws RefusedException {
        if (text.length() > MAX_CHARACTERS) {
            throw refused("it is longer than " + MAX_CHARACTERS + " characters");
        }
        if (!text.startsWith(SCHEME)) {
            throw refused("it does not begin with \"SharedAccessSignature \"");
        }
        String sr = "";
        String sig = "";
        String se = "";
        String skn = "";
        for (String field : text.substring(SCHEME.length()).split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw refused("a field has no value");
            }
            String value = field.substring(equals + 1);
            switch (field.substring(0, equals).toLowerCase(Locale.ROOT)) {
                case "sr" -> sr = value;
                case "sig" -> sig = value;
                case "se" -> se = value;
                case "skn" -> skn = value;
                default -> {
                    // other fields carry no meaning for us and are not covered by the signature
                }
            }
        }
        if (sr.isEmpty() || sig.isEmpty() || se.isEmpty()) {
            throw refused("it needs sr, sig and se");
        }
        try {
            if (Long.parseLong(se) < 0) {
                throw refused("se is negative");
            }
            byte[] signature = Base64.getDecoder().decode(URLDecoder.decode(sig, StandardCharsets.UTF_8));
            return new SasToken(sr, signature, se, skn);
        } catch (IllegalArgumentException _) {
            throw refused("sig is not base64, or se is not a number of seconds");
        }
    }

    /** Makes and signs a token as the service SDKs do, with {@code sr} percent-encoded. */
    public static String sign(String resource, String base64Key, Instant expires, String policy) {
        String sr = java.net.URLEncoder.encode(resource, StandardCharsets.UTF_8);
        String se = Long.toString(expires.getEpochSecond());
        byte[] sig = hmac(Base64.getDecoder().decode(base64Key), sr + "\n" + se);
        return text(sr, sig, se) + (policy.isEmpty() ? "" : "&skn=" + policy);
    }

    /** The token's text from an {@code sr} as signed and the signature that another party (the workload API) made. */
    public static String text(String sr, byte[] signature, String se) {
        return SCHEME + "sr=" + sr + "&sig="
                + java.net.URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8)
                + "&se=" + se;
    }

    /** HMAC-SHA256 of the UTF-8 text. */
    public static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** When it ends. */
    public Instant expires() {
        long seconds = Long.parseLong(expiry);
        return seconds > Instant.MAX.getEpochSecond() ? Instant.MAX : Instant.ofEpochSecond(seconds);
    }

    /** Whether this base64 key made the signature; compared in constant time. A key that is not base64 never did. */
    public boolean signedBy(String base64Key) {
        try {
            return MessageDigest.isEqual(
                    hmac(Base64.getDecoder().decode(base64Key), resource + "\n" + expiry), signature);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** {@code sr} with percent encoding undone, for comparing audiences. */
    public String decodedResource() {
        try {
            return URLDecoder.decode(resource.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return resource;
        }
    }

    @Override
    public String toString() {
        return "SasToken[sr=" + resource + ", se=" + expiry + ", sig=<redacted>]";
    }

    private static RefusedException refused(String why) {
        return new RefusedException(new Refusal.Unauthorized("the SAS token is not usable: " + why));
    }
}
