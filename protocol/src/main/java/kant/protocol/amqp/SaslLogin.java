package kant.protocol.amqp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.net.OnLoop;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.engine.sasl.SaslOutcome;
import org.apache.qpid.protonj2.engine.sasl.SaslServerContext;
import org.apache.qpid.protonj2.engine.sasl.SaslServerListener;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.transport.AMQPHeader;
import org.jspecify.annotations.Nullable;

/**
 * The SASL layer, where a peer wants one. ANONYMOUS and MSSBCBS say nothing: tokens follow on the CBS node. PLAIN brings one identity's
 * token: user {@code {d}@sas.{hub}} or {@code {d}/modules/{m}@sas.{hub}}, or a policy's for a service application:
 * {@code {policy}@sas.root.{hub}}. EXTERNAL points at the certificate of the TLS.
 */
@OnLoop
final class SaslLogin implements SaslServerListener {
    private static final Symbol[] MECHANISMS = {
        Symbol.valueOf("ANONYMOUS"), Symbol.valueOf("MSSBCBS"), Symbol.valueOf("PLAIN"), Symbol.valueOf("EXTERNAL")
    };

    private static final String DEVICE_USER = "@sas.";
    private static final String POLICY_USER = "@sas.root.";
    private static final String MODULES = "/modules/";

    private final boolean hasCertificate;
    private final Outcome outcome;

    /** What becomes of it. */
    interface Outcome {
        /** One identity's token, or a policy's, came with the login. */
        void token(@Nullable IdentityId subject, SasToken token, int length) throws RefusedException;

        void failed(String reason);
    }

    SaslLogin(boolean hasCertificate, Outcome outcome) {
        this.hasCertificate = hasCertificate;
        this.outcome = outcome;
    }

    @Override
    public void handleSaslHeader(SaslServerContext context, AMQPHeader header) {
        context.sendMechanisms(MECHANISMS);
    }

    @Override
    public void handleSaslInit(SaslServerContext context, Symbol mechanism, @Nullable ProtonBuffer initial) {
        try {
            switch (mechanism.toString().toUpperCase(Locale.ROOT)) {
                case "ANONYMOUS", "MSSBCBS" -> {}
                case "PLAIN" -> plain(initial);
                case "EXTERNAL" -> external();
                default -> throw refused("the SASL mechanism is not one of those offered");
            }
            context.sendOutcome(SaslOutcome.SASL_OK, null);
        } catch (RefusedException refused) {
            context.sendOutcome(SaslOutcome.SASL_AUTH, null);
            outcome.failed(refused.refusal().reason());
        }
    }

    @Override
    public void handleSaslResponse(SaslServerContext context, ProtonBuffer response) {
        context.sendOutcome(SaslOutcome.SASL_AUTH, null);
        outcome.failed("a SASL response that nobody asked for");
    }

    private void external() throws RefusedException {
        if (!hasCertificate) {
            throw refused("SASL EXTERNAL without a client certificate");
        }
    }

    /** RFC 4616: authorization id, user and password, each ended by a zero byte but the last. */
    private void plain(@Nullable ProtonBuffer initial) throws RefusedException {
        if (initial == null) {
            throw refused("SASL PLAIN without user and password");
        }
        String[] parts = initial.toString(StandardCharsets.UTF_8).split("\0", -1);
        if (parts.length != 3) {
            throw refused("SASL PLAIN needs an authorization id, a user and a password");
        }
        SasToken token = SasToken.parse(parts[2]);
        IdentityId user = user(parts[1]);
        IdentityId subject = Tokens.subject(token);
        if (user != null
                && subject != null
                && !user.equals(subject)
                && !user.device().equals(subject)) {
            throw refused("the user of SASL PLAIN is not the one that its token is for");
        }
        outcome.token(subject == null ? null : user, token, parts[2].length());
    }

    /** The identity that a user name names; null for a policy. */
    private static @Nullable IdentityId user(String name) throws RefusedException {
        if (name.contains(POLICY_USER)) {
            return null;
        }
        int at = name.lastIndexOf(DEVICE_USER);
        if (at <= 0) {
            throw refused("the user of SASL PLAIN is not {device}@sas.{hub} or {device}/modules/{module}@sas.{hub}");
        }
        try {
            return IdentityId.parse(name.substring(0, at).replaceFirst(MODULES, "/"));
        } catch (IllegalArgumentException _) {
            throw refused("the user of SASL PLAIN names no device or module");
        }
    }

    private static RefusedException refused(String reason) {
        return new RefusedException(new Refusal.Unauthorized(reason));
    }
}
