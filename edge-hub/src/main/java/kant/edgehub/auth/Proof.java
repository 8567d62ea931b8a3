package kant.edgehub.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * How an identity proves itself, as the registry has it: {@code authentication} of the scope API. Its text form hides the keys.
 *
 * @param type {@code sas}, {@code selfSigned}, {@code certificateAuthority} or {@code none}
 * @param primaryKey base64, empty where the type has no keys, as are the other three
 * @param primaryThumbprint SHA-1 (40 hexadecimal digits) or SHA-256 (64) of the certificate
 */
public record Proof(
        String type, String primaryKey, String secondaryKey, String primaryThumbprint, String secondaryThumbprint) {

    /** Two symmetric keys. */
    public static Proof keys(String primary, String secondary) {
        return new Proof("sas", primary, secondary, "", "");
    }

    /** Two thumbprints of certificates. */
    public static Proof thumbprints(String primary, String secondary) {
        return new Proof("selfSigned", "", "", primary, secondary);
    }

    /** Any certificate that a trusted authority issued to the identity's name. */
    public static Proof authority() {
        return new Proof("certificateAuthority", "", "", "", "");
    }

    static Proof parse(JsonNode authentication) {
        JsonNode keys = authentication.path("symmetricKey");
        JsonNode thumbprints = authentication.path("x509Thumbprint");
        return new Proof(
                text(authentication, "type"),
                text(keys, "primaryKey"),
                text(keys, "secondaryKey"),
                text(thumbprints, "primaryThumbprint"),
                text(thumbprints, "secondaryThumbprint"));
    }

    void writeTo(ObjectNode authentication) {
        authentication.put("type", type);
        authentication.putObject("symmetricKey").put("primaryKey", primaryKey).put("secondaryKey", secondaryKey);
        authentication
                .putObject("x509Thumbprint")
                .put("primaryThumbprint", primaryThumbprint)
                .put("secondaryThumbprint", secondaryThumbprint);
    }

    /** Whether it is proved by a SAS token. */
    boolean hasKeys() {
        return "sas".equalsIgnoreCase(type) && !primaryKey.isEmpty();
    }

    boolean byThumbprint() {
        return "selfsigned".equals(type.toLowerCase(Locale.ROOT));
    }

    boolean byAuthority() {
        return "certificateauthority".equals(type.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "Proof[type=" + type + ", keys=<redacted>]";
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isTextual() ? value.textValue() : "";
    }
}
