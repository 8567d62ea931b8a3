package kant.edgedaemon.provision;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.digest.Sha256;
import kant.model.json.JsonText;

/**
 * Remembers as a digest which device at which hub this daemon last ran. What the former device left (modules, cached identities)
 * must not run for another one.
 */
public final class DeviceRecord {
    private static final String FILE = "device.digest";

    private final PrivateFiles files;

    public DeviceRecord(PrivateFiles files) {
        this.files = files;
    }

    /** Whether another device ran here before; false at the first start. */
    public boolean changed(String hubHostName, String deviceId) throws IOException {
        Optional<byte[]> before = files.read(FILE);
        return before.isPresent()
                && !new String(before.get(), StandardCharsets.US_ASCII).equals(digest(hubHostName, deviceId));
    }

    /** Remembers this device, once what the former one left is gone. */
    public void remember(String hubHostName, String deviceId) throws IOException {
        files.write(FILE, digest(hubHostName, deviceId).getBytes(StandardCharsets.US_ASCII));
    }

    /** base64(SHA-256({"device_id","gateway_host_name","hub_name"})), as the original keeps it (reference/daemon.md §5.1). */
    static String digest(String hubHostName, String deviceId) {
        String json = JsonText.write(JsonNodeFactory.instance
                .objectNode()
                .put("device_id", deviceId)
                .put("gateway_host_name", hubHostName)
                .put("hub_name", hubHostName));
        return Base64.getEncoder().encodeToString(Sha256.of(json));
    }
}
