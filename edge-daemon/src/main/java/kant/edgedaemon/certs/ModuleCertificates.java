package kant.edgedaemon.certs;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kant.daemonapi.workload.IssuedCertificate;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.tls.Issued;
import kant.protocol.tls.Pem;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** Certificates for modules: fresh keys, signed by the device CA, never longer than it (reference/daemon.md §1.5, §5.6). */
public final class ModuleCertificates {
    /** Where the caller names no end, or one that has passed. */
    private static final Duration VALIDITY = Duration.ofDays(30);

    /** Keeps dates in a range that certificates can express; the CA ends sooner anyway. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private static final int COMMON_NAME_CHARACTERS = 64;
    private static final Pattern IP_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IP_V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final DeviceCa ca;
    private final Time time;

    public ModuleCertificates(DeviceCa ca, Time time) {
        this.ca = ca;
        this.time = time;
    }

    /** For a server: the common name and the module's id without {@code $} are its alternative names. */
    public IssuedCertificate server(String moduleId, String commonName, @Nullable Instant expiration)
            throws RefusedException {
        checkName(commonName);
        List<String> dns = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        (isAddress(commonName) ? addresses : dns).add(commonName);
        String module = moduleId.replaceFirst("^\\$+", "");
        if (!dns.contains(module)) {
            dns.add(module);
        }
        try {
            return answer(ca.authority().issueServer(commonName, dns, addresses, validity(expiration)));
        } catch (IllegalArgumentException e) {
            throw invalid("commonName \"" + commonName + "\" is not usable: " + e.getMessage());
        }
    }

    /** For a client: the module's id is the common name. */
    public IssuedCertificate identity(String moduleId, @Nullable Instant expiration) throws RefusedException {
        checkName(moduleId);
        return answer(ca.authority().issueClient(moduleId, validity(expiration)));
    }

    private Duration validity(@Nullable Instant expiration) {
        Instant now = time.now();
        if (expiration == null || !expiration.isAfter(now)) {
            return VALIDITY;
        }
        return expiration.isAfter(now.plus(LONGEST)) ? LONGEST : Duration.between(now, expiration);
    }

    private static IssuedCertificate answer(Issued issued) {
        X509Certificate leaf = issued.chain().getFirst();
        try {
            return new IssuedCertificate(
                    Pem.text(issued.key()),
                    Pem.text(issued.chain()),
                    leaf.getNotAfter().toInstant());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an issued certificate can always be written", e);
        }
    }

    private static void checkName(String name) throws RefusedException {
        if (name.isBlank() || name.length() > COMMON_NAME_CHARACTERS) {
            throw invalid(
                    "common name \"" + name + "\" is blank or longer than " + COMMON_NAME_CHARACTERS + " characters");
        }
    }

    private static boolean isAddress(String name) {
        return IP_V4.matcher(name).matches() || IP_V6.matcher(name).matches();
    }

    private static RefusedException invalid(String reason) {
        return new RefusedException(new Refusal.Invalid(reason));
    }
}
