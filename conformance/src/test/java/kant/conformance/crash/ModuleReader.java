package kant.conformance.crash;

import java.io.IOException;
import kant.conformance.harness.MqttSocket;
import kant.testkit.history.History;
import org.jspecify.annotations.Nullable;

/** The module that the hub delivers to; notes each message before it acknowledges it. */
final class ModuleReader implements Comeback.Life {
    private final Site site;
    private final History history;
    private volatile @Nullable MqttSocket client;
    private volatile boolean leaving;

    ModuleReader(Site site, History history) {
        this.site = site;
        this.history = history;
    }

    @Override
    public void live() throws Exception {
        try (var opened = MqttSocket.open(site.hub.address(), site.hubTrust, site.reader)) {
            client = opened;
            opened.subscribe(site.reader.topics() + "inputs/#");
            while (!leaving) {
                MqttSocket.Received message = opened.receiveOnly();
                Outgoing.arrived(history, Site.INPUT, message.payload(), System.currentTimeMillis());
                opened.acknowledge(message.id());
            }
        }
    }

    /** Leaves without a word: what is on its way to it then comes again. */
    @Override
    public void leave() throws IOException {
        leaving = true;
        MqttSocket open = client;
        if (open != null) {
            open.close();
        }
    }
}
