package kant.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import kant.model.identity.IdentityId;
import kant.protocol.tls.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * The parent hub and how to reach it.
 *
 * @param hostName its name: in tokens, in user names, in {@code Host}, and what its certificate must prove
 * @param dialAddress the address or name to connect to where it is not that of {@code hostName}
 */
public record ParentConfig(String hostName, @Nullable String dialAddress, int mqttPort, int httpsPort, ClientTls tls) {

    public static final int MQTT_PORT = 8883;
    public static final int HTTPS_PORT = 443;

    public ParentConfig {
        if (hostName.isBlank()) {
            throw new IllegalArgumentException("the parent's host name is empty");
        }
    }

    /** A parent at the contract's own ports. */
    public static ParentConfig of(String hostName, ClientTls tls) {
        return new ParentConfig(hostName, null, MQTT_PORT, HTTPS_PORT, tls);
    }

    /** What a token for an identity is made for: {@code host/devices/d[/modules/m]}. */
    public String audience(IdentityId id) {
        String device = hostName + "/devices/" + id.deviceId();
        return id.moduleId() == null ? device : device + "/modules/" + id.moduleId();
    }

    /**
     * Resolves where to connect to; blocks, so not for event loops.
     *
     * @param attempt picks one of several addresses in turn
     */
    public InetSocketAddress resolve(int port, int attempt) throws IOException {
        String name = dialAddress == null ? hostName : dialAddress;
        try {
            InetAddress[] all = InetAddress.getAllByName(name);
            return new InetSocketAddress(all[Math.floorMod(attempt, all.length)], port);
        } catch (UnknownHostException e) {
            throw new IOException("the parent's name \"" + name + "\" does not resolve: check DNS and the network", e);
        }
    }
}
