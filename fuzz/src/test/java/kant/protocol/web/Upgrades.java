package kant.protocol.web;

import kant.protocol.http.HttpUpgrade;
import kant.protocol.net.ChannelService;
import kant.protocol.net.LineBudget;

/** The real upgrade to WebSocket, for the fuzz targets, without a listener. */
public final class Upgrades {
    private Upgrades() {}

    public static HttpUpgrade webSocket(ChannelService mqtt, ChannelService amqp) {
        return new WebSocketUpgrade(mqtt, amqp, new LineBudget(0));
    }
}
