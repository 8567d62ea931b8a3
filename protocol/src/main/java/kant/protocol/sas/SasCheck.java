package kant.protocol.sas;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;

/**
 * Checks a token in the original's order: expiry, signature (primary key, then secondary), audience. Pure: the same inputs
 * give the same answer. The reasons never contain a key or a signature.
 */
public final class SasCheck {
    private static final int DEVICE_PARTS = 3;
    private static final int MODULE_PARTS = 5;

    private SasCheck() {}

    /**
     * Whether the token was made for this identity, with one of its keys.
     *
     * <p>For a module that signs with its device's key, call again with the device's id and keys.
     *
     * @param audienceHosts host names that may stand in the token, compared without case and without port
     * @param secondaryKey may be empty: then only the primary key counts
     * @param skew how long after its expiry a token is still taken
     * @return empty where the token is good
     */
    public static Optional<Refusal> check(
            SasToken token,
            Collection<String> audienceHosts,
            IdentityId identity,
            String primaryKey,
            String secondaryKey,
            Instant now,
            Duration skew) {
        Optional<Refusal> refusal = checkProof(token, primaryKey, secondaryKey, now, skew);
        return refusal.isPresent() ? refusal : checkAudience(token, audienceHosts, identity);
    }

    /**
     * Whether the token was made with a shared access policy's key, for the hub itself or something below it. Whether the
     * policy may do what is asked is the caller's question.
     */
    public static Optional<Refusal> checkPolicy(
            SasToken token,
            Collection<String> audienceHosts,
            String primaryKey,
            String secondaryKey,
            Instant now,
            Duration skew) {
        Optional<Refusal> refusal = checkProof(token, primaryKey, secondaryKey, now, skew);
        if (refusal.isPresent()) {
            return refusal;
        }
        String host = token.decodedResource().split("/", 2)[0];
        return isOneOf(host, audienceHosts) ? Optional.empty() : refused(wrongHost(host, audienceHosts));
    }

    /** Whether the token has run out. */
    public static boolean hasExpired(SasToken token, Instant now, Duration skew) {
        // subtracting from now cannot overflow; adding to a token's far-away expiry could
        return token.expires().isBefore(now.minus(skew));
    }

    private static Optional<Refusal> checkProof(
            SasToken token, String primaryKey, String secondaryKey, Instant now, Duration skew) {
        if (hasExpired(token, now, skew)) {
            return refused("the SAS token expired at " + token.expires() + ", it is " + now
                    + "; make a new one, and check both clocks");
        }
        if (isProvedBy(primaryKey, token) || isProvedBy(secondaryKey, token)) {
            return Optional.empty();
        }
        return refused(
                "the SAS token is not signed with a key of this identity; check the key in the connection string");
    }

    /** An empty key proves nothing: HMAC with it would be anybody's. */
    private static boolean isProvedBy(String base64Key, SasToken token) {
        return !base64Key.isEmpty() && token.signedBy(base64Key);
    }

    private static Optional<Refusal> checkAudience(
            SasToken token, Collection<String> audienceHosts, IdentityId identity) {
        String[] parts = token.decodedResource().split("/", -1);
        boolean device = parts.length == DEVICE_PARTS && parts[1].equals("devices");
        boolean module = parts.length == MODULE_PARTS && parts[1].equals("devices") && parts[3].equals("modules");
        if (!device && !module) {
            return refused("the SAS token's sr is not {host}/devices/{id} or {host}/devices/{id}/modules/{id}: \""
                    + token.decodedResource() + "\"");
        }
        if (!isOneOf(parts[0], audienceHosts)) {
            return refused(wrongHost(parts[0], audienceHosts));
        }
        String named = module ? parts[2] + "/" + parts[4] : parts[2];
        if (!named.equalsIgnoreCase(identity.text())) {
            return refused("the SAS token is for \"" + named + "\", not for \"" + identity.text() + "\"");
        }
        return Optional.empty();
    }

    private static boolean isOneOf(String host, Collection<String> hosts) {
        String bare = withoutPort(host);
        return hosts.stream().anyMatch(h -> withoutPort(h).equalsIgnoreCase(bare));
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        // an IPv6 literal in brackets has colons of its own
        return colon < 0 || host.indexOf(']', colon) >= 0 ? host : host.substring(0, colon);
    }

    private static String wrongHost(String host, Collection<String> hosts) {
        return "the SAS token is for the hub \"" + host + "\", this is " + hosts;
    }

    private static Optional<Refusal> refused(String reason) {
        return Optional.of(new Refusal.Unauthorized(reason));
    }
}
