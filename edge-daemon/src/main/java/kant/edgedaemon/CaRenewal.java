package kant.edgedaemon;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kant.daemonapi.management.ModuleDetails;
import kant.edgedaemon.certs.DeviceCa;
import kant.edgedaemon.certs.TrustBundle;
import kant.edgedaemon.engine.Modules;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the device CA in time. Modules learn of a new one at their next start, so all of them are restarted, the agent last. */
final class CaRenewal implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(CaRenewal.class);
    private static final Duration LOOK = Duration.ofHours(1);
    private static final String AGENT = "edgeAgent";

    private final DeviceCa ca;
    private final TrustBundle trustBundle;
    private final Path published;
    private final Modules modules;
    private final Tasks tasks;

    /** @param published where leaf devices' owners find the bundle */
    CaRenewal(DeviceCa ca, TrustBundle trustBundle, Path published, Modules modules, Tasks tasks) {
        this.ca = ca;
        this.trustBundle = trustBundle;
        this.published = published;
        this.modules = modules;
        this.tasks = tasks;
    }

    void lookLater() {
        tasks.after(LOOK, "device-ca", this);
    }

    @Override
    public void run() {
        try {
            if (ca.renewIfDue()) {
                log.atWarn().log("the device CA was renewed: modules restart, leaf devices must trust the new one");
                trustBundle.publish(published);
                restartModules();
            }
        } catch (IOException e) {
            log.atError().setCause(e).log("the device CA was not renewed to the end, will retry");
        }
        lookLater();
    }

    private void restartModules() throws IOException {
        List<String> names = modules.list().stream().map(ModuleDetails::name).toList();
        for (String name : names) {
            if (!name.equals(AGENT)) {
                modules.restart(name);
            }
        }
        if (names.contains(AGENT)) {
            modules.restart(AGENT);
        }
    }
}
