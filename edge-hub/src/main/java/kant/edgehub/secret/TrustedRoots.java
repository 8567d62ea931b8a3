package kant.edgehub.secret;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The trust bundle as it was read last, for callers that must not block; read anew now and then. */
public final class TrustedRoots implements Supplier<List<X509Certificate>> {
    private static final Logger log = LoggerFactory.getLogger(TrustedRoots.class);
    private static final Duration EVERY = Duration.ofHours(1);

    private final HubSecrets secrets;
    private final Tasks tasks;
    private volatile List<X509Certificate> roots;

    /** @param first as it is at the start */
    public TrustedRoots(HubSecrets secrets, List<X509Certificate> first, Tasks tasks) {
        this.secrets = secrets;
        this.tasks = tasks;
        roots = List.copyOf(first);
    }

    @Override
    public List<X509Certificate> get() {
        return roots;
    }

    /** Reads it again at intervals, until the tasks are closed. */
    public void keep() {
        var _ = tasks.after(EVERY, "trust bundle", () -> {
            try {
                roots = List.copyOf(secrets.trusted());
            } catch (IOException e) {
                log.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log("the trust bundle could not be read, the one before stays");
            }
            keep();
        });
    }
}
