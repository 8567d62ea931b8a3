package kant.edgehub.secret;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces the server certificate while the heads run, when two thirds of its life are over. */
public final class CertificateRenewal {
    private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);
    private static final Duration SOONEST = Duration.ofMinutes(1);

    /** A wrong clock is corrected some day: look again at least this often. */
    private static final Duration LATEST = Duration.ofDays(1);

    private final HubSecrets secrets;
    private final ServerTls tls;
    private final Tasks tasks;
    private final Time time;

    public CertificateRenewal(HubSecrets secrets, ServerTls tls, Tasks tasks, Time time) {
        this.secrets = secrets;
        this.tls = tls;
        this.tasks = tasks;
        this.time = time;
    }

    /** Waits for the time to renew this certificate, and so on for ever. */
    public void after(Issued current) {
        var certificate = current.chain().getFirst();
        Instant begins = certificate.getNotBefore().toInstant();
        Instant ends = certificate.getNotAfter().toInstant();
        Instant due = begins.plus(Duration.between(begins, ends).multipliedBy(2).dividedBy(3));
        Duration wait = Duration.between(time.now(), due);
        boolean soon = wait.compareTo(LATEST) <= 0;
        Duration bounded = !soon ? LATEST : wait.compareTo(SOONEST) < 0 ? SOONEST : wait;
        var _ = tasks.after(bounded, "certificate renewal", () -> {
            if (soon) {
                renew(current);
            } else {
                after(current);
            }
        });
    }

    private void renew(Issued current) {
        Issued next = current;
        try {
            next = secrets.serverCertificate();
            tls.replace(next.chain(), next.key());
            log.atInfo()
                    .addKeyValue("until", next.chain().getFirst().getNotAfter().toInstant())
                    .log("server certificate renewed");
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("reason", e.getMessage())
                    .log("server certificate could not be renewed, will try again");
        }
        after(next);
    }
}
