package kant.edgehub.config;

import java.util.List;
import java.util.Map;
import kant.model.auth.ConnectionString;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * Everything the hub reads from its environment, checked.
 *
 * @param logLevel {@code RuntimeLogLevel}, one word of the original's
 * @param notHonoured settings that ask for something this hub does not do; named at start, never ignored in silence
 */
public record EdgeHubConfig(
        HubIdentity identity,
        Secrets secrets,
        ParentSettings parent,
        Listeners listeners,
        Doors doors,
        Storage storage,
        Limits limits,
        String logLevel,
        List<String> notHonoured) {

    /** Reads the environment; refuses it with every mistake at once. */
    public static EdgeHubConfig read(Map<String, String> environment) throws RefusedException {
        var env = new Environment(environment);
        HubIdentity identity;
        Secrets secrets;
        String connection = env.get("IotHubConnectionString");
        if (connection == null) {
            identity = identity(env);
            secrets = new Secrets.Workload(
                    env.require("IOTEDGE_WORKLOADURI", "the daemon sets it; without one set IotHubConnectionString"));
        } else {
            ConnectionString parts = ConnectionString.parse(connection);
            identity = identity(env, parts);
            secrets = new Secrets.Files(
                    parts.require("SharedAccessKey"),
                    env.require("EdgeHubDevServerCertificateFile", "IotHubConnectionString needs it"),
                    env.require("EdgeHubDevServerPrivateKeyFile", "IotHubConnectionString needs it"),
                    env.get("EdgeHubDevTrustBundleFile"));
        }
        var config = new EdgeHubConfig(
                identity,
                secrets,
                ParentSettings.read(env, identity.iotHub()),
                Listeners.read(env),
                Doors.read(env),
                Storage.read(env),
                Limits.read(env),
                env.text("RuntimeLogLevel", "info"),
                NotHonoured.in(env));
        if (!env.mistakes().isEmpty()) {
            throw new RefusedException(
                    new Refusal.Invalid("the environment is not usable: " + String.join("; ", env.mistakes())));
        }
        return config;
    }

    private static HubIdentity identity(Environment env) {
        String device = env.require("IOTEDGE_DEVICEID", "the daemon sets it");
        String iotHub = env.require("IOTEDGE_IOTHUBHOSTNAME", "the daemon sets it");
        return new HubIdentity(
                hubOf(env, device),
                env.require("IOTEDGE_MODULEGENERATIONID", "the daemon sets it"),
                iotHub,
                gateway(env, null));
    }

    private static HubIdentity identity(Environment env, ConnectionString parts) throws RefusedException {
        return new HubIdentity(
                hubOf(env, parts.require("DeviceId")),
                "",
                parts.require("HostName"),
                gateway(env, parts.get("GatewayHostName")));
    }

    private static String gateway(Environment env, @Nullable String otherwise) {
        String name = env.text("EdgeDeviceHostName", otherwise == null ? "" : otherwise);
        return name.isEmpty() ? env.require("EdgeDeviceHostName", "it is the name that clients dial") : name;
    }

    private static IdentityId hubOf(Environment env, String device) {
        try {
            return IdentityId.module(device.isEmpty() ? "unset" : device, IdentityId.EDGE_HUB);
        } catch (IllegalArgumentException e) {
            env.mistake("the device id is not usable: " + e.getMessage());
            return IdentityId.module("unset", IdentityId.EDGE_HUB);
        }
    }
}
