package kant.protocol.mqtt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.Percent;

/**
 * The user name of CONNECT, {@code {hub}/{d}[/{m}]/?api-version=…&DeviceClientType=…} (reference/device-protocols.md §1.2).
 * The host in it is not looked at: a client behind a gateway writes the hub's.
 *
 * @param apiVersion never empty; any is taken
 * @param product the client's user agent, possibly empty
 * @param modelId the DTDL id, empty where none
 * @param authChain ids from the target to the acting edge device, empty where the client acts for itself
 */
public record Username(
        IdentityId identity, String apiVersion, String product, String modelId, List<IdentityId> authChain) {
    private static final int DEVICE_SEGMENTS = 3;
    private static final int MODULE_SEGMENTS = 4;
    private static final int LEGACY_SEGMENTS = 6;
    private static final String LEGACY_TAIL =
            "/api-version=2017-06-30/DeviceClientType=Microsoft.Azure.Devices.Client/1.5.1-preview-003";

    public Username {
        authChain = List.copyOf(authChain);
    }

    /** Reads one by the original Edge Hub's grammar, its old forms included. */
    public static Username parse(String text) throws ProtocolViolation {
        String[] segments = text.split("/", -1);
        if (segments.length == LEGACY_SEGMENTS && text.endsWith(LEGACY_TAIL)) {
            return new Username(
                    identity(segments, MODULE_SEGMENTS, text),
                    "2017-06-30",
                    "Microsoft.Azure.Devices.Client/1.5.1-preview-003",
                    "",
                    List.of());
        }
        int length = segments.length;
        String last = segments[length - 1];
        boolean asked = last.startsWith("?");
        if (length != DEVICE_SEGMENTS && length != MODULE_SEGMENTS || !asked && !last.contains("api-version=")) {
            throw new ProtocolViolation("the user name " + ProtocolViolation.quote(text)
                    + " is not {hub}/{device}[/{module}]/?api-version={version}&DeviceClientType={product}");
        }
        return read(identity(segments, length, text), parameters(asked ? last.substring(1) : last), text);
    }

    /** Writes one for a hub. */
    public String text(String hubHost) {
        var text =
                new StringBuilder(hubHost).append('/').append(identity.text()).append("/?api-version=");
        Percent.encode(apiVersion, text);
        append(text, "DeviceClientType", product);
        append(text, "model-id", modelId);
        append(
                text,
                "auth-chain",
                String.join(";", authChain.stream().map(IdentityId::text).toList()));
        return text.toString();
    }

    private static void append(StringBuilder text, String key, String value) {
        if (!value.isEmpty()) {
            text.append('&').append(key).append('=');
            Percent.encode(value, text);
        }
    }

    private static Username read(IdentityId identity, Map<String, String> parameters, String text)
            throws ProtocolViolation {
        String apiVersion = parameters.getOrDefault("api-version", "");
        if (apiVersion.isEmpty()) {
            throw new ProtocolViolation("the user name " + ProtocolViolation.quote(text) + " has no api-version");
        }
        return new Username(
                identity,
                apiVersion,
                parameters.getOrDefault("DeviceClientType", ""),
                parameters.getOrDefault("model-id", ""),
                authChain(parameters.getOrDefault("auth-chain", ""), text));
    }

    private static IdentityId identity(String[] segments, int length, String text) throws ProtocolViolation {
        try {
            return length == MODULE_SEGMENTS
                    ? IdentityId.module(segments[1], segments[2])
                    : IdentityId.device(segments[1]);
        } catch (IllegalArgumentException _) {
            throw new ProtocolViolation(
                    "the user name " + ProtocolViolation.quote(text) + " has an empty device or module id");
        }
    }

    private static Map<String, String> parameters(String query) throws ProtocolViolation {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(pair.substring(0, equals), ProtocolViolation.decode(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static List<IdentityId> authChain(String text, String username) throws ProtocolViolation {
        List<IdentityId> chain = new ArrayList<>();
        try {
            for (String id : text.split(";")) {
                if (!id.isEmpty()) {
                    chain.add(IdentityId.parse(id));
                }
            }
        } catch (IllegalArgumentException _) {
            throw new ProtocolViolation(
                    "the user name " + ProtocolViolation.quote(username) + " has an unreadable auth-chain");
        }
        return chain;
    }
}
