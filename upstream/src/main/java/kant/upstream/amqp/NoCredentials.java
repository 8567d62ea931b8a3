package kant.upstream.amqp;

import java.security.Principal;
import org.apache.qpid.protonj2.engine.sasl.client.SaslCredentialsProvider;
import org.jspecify.annotations.Nullable;

/** What SASL ANONYMOUS asks for: nothing. */
record NoCredentials(String vhost) implements SaslCredentialsProvider {

    @Override
    public @Nullable String username() {
        return null;
    }

    @Override
    public @Nullable String password() {
        return null;
    }

    @Override
    public @Nullable Principal localPrincipal() {
        return null;
    }
}
