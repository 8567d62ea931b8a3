package kant.iothub.registry;

import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.world.Randomness;

/** What a caller asks an identity's authentication to be; keys it leaves empty are made by the hub. */
public record AuthenticationDraft(Authentication.Type type, String primary, String secondary) {
    private static final int MADE_KEY_BYTES = 32;
    private static final int MIN_KEY_BYTES = 16;
    private static final int MAX_KEY_BYTES = 64;
    private static final Pattern THUMBPRINT = Pattern.compile("[0-9A-F]{40}|[0-9A-F]{64}");

    /** The usual one: by keys, which the hub makes. */
    static final AuthenticationDraft MADE_KEYS = new AuthenticationDraft(Authentication.Type.SAS, "", "");

    /** Checks what is given and makes what is missing; a key that is missing stays as {@code before} had it. */
    Authentication complete(Authentication before, Randomness randomness) throws HubRefusedException {
        return switch (type) {
            case NONE -> Authentication.NONE;
            case CERTIFICATE_AUTHORITY -> new Authentication(type, "", "");
            case SELF_SIGNED -> new Authentication(type, thumbprint(primary), thumbprint(secondary));
            case SAS -> {
                boolean hadKeys = before.type() == Authentication.Type.SAS;
                yield new Authentication(
                        type,
                        key(primary, hadKeys ? before.primary() : "", randomness),
                        key(secondary, hadKeys ? before.secondary() : "", randomness));
            }
        };
    }

    private static String key(String given, String before, Randomness randomness) throws HubRefusedException {
        if (given.isEmpty()) {
            return before.isEmpty() ? Base64.getEncoder().encodeToString(randomness.bytes(MADE_KEY_BYTES)) : before;
        }
        try {
            int length = Base64.getDecoder().decode(given).length;
            if (length >= MIN_KEY_BYTES && length <= MAX_KEY_BYTES) {
                return given;
            }
        } catch (IllegalArgumentException _) {
            // not base64: refused below, as a key of a wrong length is
        }
        throw new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID,
                "a symmetric key must be base64 of " + MIN_KEY_BYTES + " to " + MAX_KEY_BYTES
                        + " bytes; leave both keys empty to have them made");
    }

    private String thumbprint(String given) throws HubRefusedException {
        String plain = given.replace(":", "").toUpperCase(Locale.ROOT);
        boolean mayBeAbsent = !primary.isEmpty() || !secondary.isEmpty();
        if (plain.isEmpty() && mayBeAbsent || THUMBPRINT.matcher(plain).matches()) {
            return plain;
        }
        throw new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID,
                "\"" + given + "\" is not a thumbprint: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits are expected");
    }
}
