package kant.iothub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import kant.iothub.json.Json;
import kant.iothub.policy.Policy;

/**
 * {@code hub.json} in the data directory: where a running hub serves and how to administer it. It is there exactly while the
 * hub serves (a killed one leaves it behind).
 *
 * @param servers whose port is 0 serves not
 * @param owner the policy whose connection string it gives
 */
record HubFile(String hostName, String address, HubServers servers, Path caFile, Policy owner) {
    private static final String NAME = "hub.json";

    /** For services: everything is allowed. */
    public String connectionString() {
        return "HostName=" + hostName + ";SharedAccessKeyName=" + owner.name() + ";SharedAccessKey="
                + owner.primaryKey();
    }

    void write(DataDirectory directory) throws IOException {
        ObjectNode json = Json.object()
                .put("hostName", hostName)
                .put("address", address)
                .put("mqttPort", servers.mqttPort())
                .put("amqpPort", servers.amqpPort())
                .put("httpsPort", servers.httpsPort())
                .put("caFile", caFile.toString())
                .put("connectionString", connectionString());
        directory.write(NAME, json.toPrettyString() + "\n");
    }

    static void delete(DataDirectory directory) throws IOException {
        directory.delete(NAME);
    }
}
