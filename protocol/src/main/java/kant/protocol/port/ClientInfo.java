package kant.protocol.port;

import java.util.List;
import kant.model.identity.IdentityId;

/**
 * What a head learnt of a client while it connected.
 *
 * @param identity who it says it is
 * @param product the user agent text, possibly empty
 * @param modelId the DTDL id it announced, empty where none
 * @param authChain ids from the target to the acting edge device (device-protocols.md §2.7), empty where it acts for itself
 * @param persistent whether its subscriptions outlive the connection (MQTT clean session 0)
 * @param protocol {@code mqtt}, {@code mqttWs}, {@code amqp}, {@code amqpWs} or {@code https}
 */
public record ClientInfo(
        IdentityId identity,
        String product,
        String modelId,
        List<IdentityId> authChain,
        boolean persistent,
        String protocol) {
    public ClientInfo {
        authChain = List.copyOf(authChain);
    }
}
