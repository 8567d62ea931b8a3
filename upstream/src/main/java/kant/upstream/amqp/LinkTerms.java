package kant.upstream.amqp;

import java.util.HashMap;
import java.util.Map;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.WireNames;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;

/**
 * What a client of IoT Hub says when it attaches a link (device-protocols.md §3.3).
 *
 * @param product the value of {@code com.microsoft:client-version}
 * @param authChain ids from the identity to the edge device that acts for it, empty where it comes by itself
 * @param modelId the value of {@code com.microsoft:model-id}, empty for none
 */
record LinkTerms(String product, String authChain, String modelId) {
    /** Understood by every IoT Hub, and the newest that is not a preview. */
    private static final String VERSION = "2021-04-12";

    /**
     * @param mode whether what is sent waits for a disposition
     * @param channel pairs the two links of twins or methods, empty for other links
     */
    void apply(Sender sender, Address address, SenderSettleMode mode, String channel) {
        sender.setSource(new Source())
                .setTarget(new Target().setAddress(address.text()))
                .setSenderSettleMode(mode)
                .setReceiverSettleMode(ReceiverSettleMode.FIRST)
                .setProperties(properties(channel));
    }

    /** The same for the other direction. */
    void apply(Receiver receiver, Address address, SenderSettleMode mode, String channel) {
        receiver.setSource(new Source().setAddress(address.text()))
                .setTarget(new Target())
                .setSenderSettleMode(mode)
                .setReceiverSettleMode(ReceiverSettleMode.FIRST)
                .setMaxMessageSize(UnsignedLong.valueOf(WireNames.MAX_MESSAGE_BYTES))
                .setProperties(properties(channel));
    }

    private Map<Symbol, Object> properties(String channel) {
        Map<Symbol, Object> properties = new HashMap<>();
        properties.put(Symbol.valueOf(WireNames.API_VERSION), VERSION);
        properties.put(Symbol.valueOf(WireNames.CLIENT_VERSION), product);
        if (!channel.isEmpty()) {
            properties.put(Symbol.valueOf(WireNames.CHANNEL_CORRELATION), channel);
        }
        if (!authChain.isEmpty()) {
            properties.put(Symbol.valueOf(WireNames.AUTH_CHAIN), authChain);
        }
        if (!modelId.isEmpty()) {
            properties.put(Symbol.valueOf(WireNames.MODEL_ID), modelId);
        }
        return properties;
    }
}
