package kant.edgedaemon;

import java.io.IOException;
import kant.daemonapi.management.ModuleDetails;
import kant.edgedaemon.config.DaemonConfig.Provisioning;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.identity.Identities;
import kant.edgedaemon.provision.DeviceRecord;
import kant.edgedaemon.watch.ModuleWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Before anything is started: what another device left goes, what this device's earlier daemon left is taken over. */
record TakeOver(Provisioning device, DeviceRecord record, Modules modules, Identities identities)
        implements ModuleWatch.Preparation {
    private static final Logger log = LoggerFactory.getLogger(TakeOver.class);

    @Override
    public void run() throws IOException {
        if (record.changed(device.hubHostName(), device.deviceId())) {
            log.atWarn()
                    .addKeyValue("device", device.deviceId())
                    .addKeyValue("hub", device.hubHostName())
                    .log("the device has changed, its modules go");
            for (ModuleDetails module : modules.list()) {
                modules.remove(module.name());
            }
            identities.forget();
        }
        record.remember(device.hubHostName(), device.deviceId());
        modules.adopt();
    }
}
