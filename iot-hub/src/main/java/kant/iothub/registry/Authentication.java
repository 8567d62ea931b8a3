package kant.iothub.registry;

/**
 * How an identity proves itself. Its text form hides the keys.
 *
 * @param primary a base64 key, or the hexadecimal thumbprint of a certificate, by type; empty where there is none
 */
public record Authentication(Type type, String primary, String secondary) {

    /** Nothing proves it: it cannot connect until somebody gives it keys. */
    public static final Authentication NONE = new Authentication(Type.NONE, "", "");

    /** The kinds of proof, as IoT Hub spells them. */
    public enum Type {
        SAS("sas"),
        SELF_SIGNED("selfSigned"),
        CERTIFICATE_AUTHORITY("certificateAuthority"),
        NONE("none");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    @Override
    public String toString() {
        return "Authentication[" + type.text + ", <redacted>]";
    }
}
