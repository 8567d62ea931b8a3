package kant.edgehub.config;

import java.time.Duration;

/**
 * How many and how long, by the original's names.
 *
 * @param clients {@code MaxConnectedClients}
 * @param acknowledgement {@code MessageAckTimeoutSecs}: how long a module may take to acknowledge an input message
 * @param parentOperation {@code CloudOperationTimeoutSecs}: how long the parent may take to answer
 * @param configRefresh {@code ConfigRefreshFrequencySecs}
 * @param scopeRefresh {@code DeviceScopeCacheRefreshRateSecs}
 * @param scopeRefreshDelay {@code DeviceScopeCacheRefreshDelaySecs}: least time between two refreshes of one identity
 * @param reportedSync {@code ReportedPropertiesSyncFrequencySecs}: least time between two reported patches of one identity
 * @param idleAttachment how long the parent connection of an absent client is kept: a minute, or {@code
 *     CloudConnectionIdleTimeoutSecs} where {@code CloseCloudConnectionOnDeviceDisconnect} is false
 */
public record Limits(
        int clients,
        Duration acknowledgement,
        Duration parentOperation,
        Duration configRefresh,
        Duration scopeRefresh,
        Duration scopeRefreshDelay,
        Duration reportedSync,
        Duration idleAttachment) {

    /** Not at once: what the client sent last, and what it reported, still goes up over it. */
    private static final Duration AFTER_DISCONNECT = Duration.ofMinutes(1);

    private static final Duration NEVER = Duration.ofDays(36_500);

    static Limits read(Environment env) {
        return new Limits(
                (int) env.number("MaxConnectedClients", 100, 1, 100_000),
                env.seconds("MessageAckTimeoutSecs", 30),
                env.seconds("CloudOperationTimeoutSecs", 20),
                env.seconds("ConfigRefreshFrequencySecs", 3600),
                env.seconds("DeviceScopeCacheRefreshRateSecs", 3600),
                env.seconds("DeviceScopeCacheRefreshDelaySecs", 120),
                env.seconds("ReportedPropertiesSyncFrequencySecs", 5),
                idleAttachment(env));
    }

    private static Duration idleAttachment(Environment env) {
        Duration idle = env.seconds("CloudConnectionIdleTimeoutSecs", 3600);
        if (env.flag("CloseCloudConnectionOnDeviceDisconnect", true)) {
            return idle.compareTo(AFTER_DISCONNECT) < 0 ? idle : AFTER_DISCONNECT;
        }
        return env.flag("CloseCloudConnectionOnIdleTimeout", true) ? idle : NEVER;
    }
}
