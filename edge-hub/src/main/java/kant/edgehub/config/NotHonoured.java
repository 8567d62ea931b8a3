package kant.edgehub.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The original's settings that ask for what this hub does not do. */
final class NotHonoured {
    /**
     * Name to the value that changes nothing here, in lower case, empty where there is none; any other value is named at start.
     * The rest of the original's settings are honoured (device-protocols.md §6.2).
     */
    private static final Map<String, String> HARMLESS = Map.ofEntries(
            Map.entry("AuthenticationMode", "scope"),
            Map.entry("configSource", "twin"),
            Map.entry("storeAndForwardEnabled", "true"),
            Map.entry("CacheTokens", "false"),
            Map.entry("EncryptTwinStore", "false"),
            Map.entry("TwinManagerVersion", "v2"),
            Map.entry("EnableNonPersistentStorageBackup", "false"),
            Map.entry("BackupFolder", ""),
            Map.entry("amqpSettings__scheme", "amqps"),
            Map.entry("amqpSettings__delayedBatchingEnabled", "false"),
            Map.entry("mqttSettings__MaxInboundMessageSize", "262144"),
            Map.entry("mqttSettings__MaxPendingInboundAcknowledgements", "16"),
            Map.entry("mqttSettings__DeviceReceiveAckTimeout", "00:00:00"),
            Map.entry("mqttSettings__ThreadCount", ""),
            Map.entry("mqttSettings__ListenBacklogSize", "200"),
            Map.entry("mqttSettings__EventLoopCount", "1"),
            Map.entry("mqttSettings__UsePooledBuffers", "false"),
            Map.entry("ConnectivityCheckFrequencySecs", "300"),
            Map.entry("CloudConnectionHangingTimeoutSecs", "50"),
            Map.entry("UseServerHeartbeat", "true"),
            Map.entry("IotHubConnectionPoolSize", "1"),
            Map.entry("MaxUpstreamBatchSize", "10"),
            Map.entry("UpstreamFanOutFactor", "10"),
            Map.entry("MinTwinSyncPeriodSecs", "120"),
            Map.entry("OptimizeForPerformance", "true"),
            Map.entry("RocksDB_MaxOpenFiles", ""),
            Map.entry("RocksDB_MaxTotalWalSize", ""),
            Map.entry("RocksDB_MaxManifestFileSize", ""),
            Map.entry("Storage_LogLevel", "none"),
            Map.entry("CheckEntireQueueOnCleanup", "false"),
            Map.entry("MessageCleanupIntervalSecs", "1800"),
            Map.entry("NestedEdgeEnabled", "true"),
            Map.entry("TrackDeviceState", "true"),
            Map.entry("ShutdownWaitPeriod", "60"),
            Map.entry("protocolTimeoutInSecs", "180"),
            Map.entry("ServerCertificateRenewAfterInMs", "2147483647"),
            Map.entry("MaxCheckCertExpiryInMs", ""),
            Map.entry("EnableRoutingLogging", "false"),
            Map.entry("EnableSdkDebugLogs", "false"),
            Map.entry("experimentalFeatures__enabled", "false"),
            Map.entry("experimentalFeatures__disableCloudSubscriptions", "false"),
            Map.entry("experimentalFeatures__disableConnectivityCheck", "false"),
            Map.entry("ModuleRequestThrottleTimeout", "240"),
            Map.entry("metrics__listener__host", "*"),
            Map.entry("metrics__listener__suffix", "metrics"),
            Map.entry("EdgeModuleHubServerCertificateFile", ""),
            Map.entry("EdgeModuleHubServerCAChainCertificateFile", ""));

    private NotHonoured() {}

    static List<String> in(Environment env) {
        List<String> found = new ArrayList<>();
        for (String name : HARMLESS.keySet().stream().sorted().toList()) {
            String value = env.get(name);
            if (value != null && !value.toLowerCase(Locale.ROOT).equals(HARMLESS.get(name))) {
                found.add(name + "=" + value);
            }
        }
        return found;
    }
}
