package kant.model.auth;

import java.security.cert.X509Certificate;
import java.util.List;

/** What a client shows when it connects. Its text form never contains the secret. */
public sealed interface Credential {

    /** A SAS token as text, not yet verified. */
    record Token(SasToken token) implements Credential {}

    /** The client certificate of the TLS connection, leaf first; possession of the key was proved by TLS, nothing else. */
    record Certificate(List<X509Certificate> chain) implements Credential {
        public Certificate {
            chain = List.copyOf(chain);
        }
    }

    /** Nothing at all. */
    record None() implements Credential {}
}
