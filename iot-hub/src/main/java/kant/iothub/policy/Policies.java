package kant.iothub.policy;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.protocol.sas.SasCheck;
import kant.world.Randomness;
import kant.world.Time;

/** The policies that every IoT Hub has, with keys of this hub's own. */
public final class Policies {
    public static final String OWNER = "iothubowner";

    /** How long after its expiry a token is still taken, for clocks that differ. */
    public static final Duration SKEW = Duration.ofMinutes(5);

    private static final int KEY_BYTES = 32;

    /** Name to rights. */
    private static final Map<String, Set<Right>> BUILT_IN = Map.of(
            OWNER,
            Set.of(Right.values()),
            "service",
            Set.of(Right.SERVICE_CONNECT),
            "device",
            Set.of(Right.DEVICE_CONNECT),
            "registryRead",
            Set.of(Right.REGISTRY_READ),
            "registryReadWrite",
            Set.of(Right.REGISTRY_READ, Right.REGISTRY_WRITE));

    private final Map<String, Policy> byName;
    private final String hostName;
    private final Time time;

    private Policies(Map<String, Policy> byName, String hostName, Time time) {
        this.byName = Map.copyOf(byName);
        this.hostName = hostName;
        this.time = time;
    }

    /** Reads the policies, making those that are missing. */
    public static Policies open(Database database, String hostName, Time time, Randomness randomness)
            throws IOException, HubRefusedException {
        Map<String, Policy> policies = database.write(sql -> {
            Map<String, Policy> found = new HashMap<>();
            for (var builtIn : BUILT_IN.entrySet()) {
                found.put(builtIn.getKey(), readOrMake(sql, builtIn.getKey(), builtIn.getValue(), randomness));
            }
            return found;
        });
        return new Policies(policies, hostName, time);
    }

    public Policy owner() {
        return require(OWNER);
    }

    /**
     * Refuses a token unless one of the policies signed it, for this hub, with one of these rights, and for a part of the hub
     * that the resource is in.
     *
     * @param resource what is asked for, as {@code /devices/d}
     */
    public void check(SasToken token, String resource, Right... anyOf) throws HubRefusedException {
        Policy policy = byName.get(token.policy());
        if (policy == null) {
            throw unauthorized("the SAS token names no policy of this hub (skn \"" + token.policy() + "\")");
        }
        Optional<Refusal> refusal = SasCheck.checkPolicy(
                token, List.of(hostName), policy.primaryKey(), policy.secondaryKey(), time.now(), SKEW);
        if (refusal.isPresent()) {
            throw unauthorized(refusal.get().reason());
        }
        if (!covers(token, resource)) {
            throw unauthorized(
                    "the SAS token is for \"" + token.decodedResource() + "\", not for \"" + resource + "\"");
        }
        if (List.of(anyOf).stream().noneMatch(policy.rights()::contains)) {
            throw unauthorized("policy \"" + policy.name() + "\" has none of the rights " + List.of(anyOf)
                    + "; use a connection string of policy " + OWNER);
        }
    }

    private Policy require(String name) {
        Policy policy = byName.get(name);
        if (policy == null) {
            throw new IllegalStateException("policy " + name + " is always there");
        }
        return policy;
    }

    /** A token for a host covers all of it; one for a path covers what is below that path. */
    private static boolean covers(SasToken token, String resource) {
        String[] hostAndPath = token.decodedResource().split("/", 2);
        if (hostAndPath.length == 1 || hostAndPath[1].isEmpty()) {
            return true;
        }
        String path = ("/" + hostAndPath[1]).toLowerCase(Locale.ROOT);
        String asked = resource.toLowerCase(Locale.ROOT);
        return asked.equals(path) || asked.startsWith(path.endsWith("/") ? path : path + "/");
    }

    private static Policy readOrMake(Sql sql, String name, Set<Right> rights, Randomness randomness)
            throws SQLException {
        sql.run(
                "INSERT OR IGNORE INTO policies VALUES (?, ?, ?)",
                name,
                Base64.getEncoder().encodeToString(randomness.bytes(KEY_BYTES)),
                Base64.getEncoder().encodeToString(randomness.bytes(KEY_BYTES)));
        return sql.one(
                        row -> new Policy(name, row.getString(1), row.getString(2), rights),
                        "SELECT primary_key, secondary_key FROM policies WHERE name = ?",
                        name)
                .orElseThrow(() -> new SQLException("policy " + name + " cannot be read back"));
    }

    private static HubRefusedException unauthorized(String reason) {
        return new HubRefusedException(ErrorCode.UNAUTHORIZED, reason);
    }
}
