package kant.iothub;

import java.io.IOException;
import kant.iothub.error.HubRefusedException;
import kant.protocol.tls.Issued;
import kant.world.Randomness;
import kant.world.Time;

/** A running stand-in: {@link HubCore} behind {@link HubServers}, and {@code hub.json} that says where. */
public final class IotHub implements AutoCloseable {
    private final OpenParts open = new OpenParts();
    private final HubFile file;

    private IotHub(HubConfig config, Time time, Randomness randomness) throws IOException, HubRefusedException {
        try {
            file = open(config, time, randomness);
        } catch (IOException | HubRefusedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts a hub; when this returns it serves, and {@code hub.json} says where. */
    public static IotHub start(HubConfig config, Time time, Randomness randomness)
            throws IOException, HubRefusedException {
        return new IotHub(config, time, randomness);
    }

    /** Where it serves. */
    HubFile file() {
        return file;
    }

    /** Stops serving, then closes what is behind. */
    @Override
    public void close() {
        open.close();
    }

    private HubFile open(HubConfig config, Time time, Randomness randomness) throws IOException, HubRefusedException {
        var directory = open.add(DataDirectory.open(config.data()));
        Issued certificate = new HubCertificates(directory, time, randomness).server(config.name(), config.address());
        var core = HubCore.open(config, directory, time, randomness, open);
        var servers = HubServers.start(config, core, certificate, time, randomness, open);
        var hubFile = new HubFile(
                config.name(),
                config.address(),
                servers,
                directory.path().resolve(HubCertificates.CA_FILE),
                core.policies().owner());
        hubFile.write(directory);
        open.add(() -> HubFile.delete(directory));
        return hubFile;
    }
}
