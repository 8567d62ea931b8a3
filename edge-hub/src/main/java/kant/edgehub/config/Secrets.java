package kant.edgehub.config;

import org.jspecify.annotations.Nullable;

/** Where the hub's own key and certificates come from. */
public sealed interface Secrets {

    /** The daemon's workload API, at {@code IOTEDGE_WORKLOADURI}. */
    record Workload(String uri) implements Secrets {}

    /**
     * Without a daemon, as the original has it for development: {@code IotHubConnectionString}, {@code
     * EdgeHubDevServerCertificateFile}, {@code EdgeHubDevServerPrivateKeyFile}, {@code EdgeHubDevTrustBundleFile}.
     */
    record Files(
            String key,
            String certificateFile,
            String privateKeyFile,
            @Nullable String trustBundleFile) implements Secrets {
        @Override
        public String toString() {
            return "Files[certificateFile=" + certificateFile + ", key=<redacted>]";
        }
    }
}
