package kant.upstream.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import kant.upstream.HttpProxy;
import kant.upstream.ParentConfig;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect to, resolved: the parent, or the proxy that makes a tunnel to it.
 *
 * @param address of the parent; not resolved where the proxy does that
 * @param proxy where the proxy is, null without one
 */
public record Peer(
        InetSocketAddress address,
        @Nullable InetSocketAddress proxy,
        @Nullable HttpProxy login) {

    /** The parent itself; blocks for the name's resolution, so not for event loops. */
    public static Peer direct(ParentConfig parent, int port, int attempt) throws IOException {
        return new Peer(parent.resolve(port, attempt), null, null);
    }

    /** The parent's HTTPS port, through the proxy where there is one; blocks for the name's resolution. */
    public static Peer https(ParentConfig parent, int attempt) throws IOException {
        HttpProxy proxy = parent.proxy();
        if (proxy == null) {
            return direct(parent, parent.httpsPort(), attempt);
        }
        return new Peer(
                InetSocketAddress.createUnresolved(parent.dialName(), parent.httpsPort()),
                resolve(proxy, attempt),
                proxy);
    }

    /** Keeps a bootstrap from resolving again what is resolved, or what the proxy shall resolve. */
    public Bootstrap prepare(Bootstrap bootstrap) {
        return bootstrap.resolver(NoopAddressResolverGroup.INSTANCE);
    }

    /** Puts the handler that asks the proxy for its tunnel before all others, where there is a proxy. */
    public void tunnel(ChannelPipeline pipeline, Duration limit) {
        if (proxy == null || login == null) {
            return;
        }
        var handler = login.user() == null || login.password() == null
                ? new HttpProxyHandler(proxy)
                : new HttpProxyHandler(proxy, login.user(), login.password());
        handler.setConnectTimeoutMillis(limit.toMillis());
        pipeline.addFirst(handler);
    }

    private static InetSocketAddress resolve(HttpProxy proxy, int attempt) throws IOException {
        try {
            InetAddress[] all = InetAddress.getAllByName(proxy.host());
            return new InetSocketAddress(all[Math.floorMod(attempt, all.length)], proxy.port());
        } catch (UnknownHostException e) {
            throw new IOException(
                    "the proxy's name \"" + proxy.host() + "\" does not resolve: check https_proxy and DNS", e);
        }
    }

    @Override
    public String toString() {
        return proxy == null
                ? address.toString()
                : address.getHostString() + ":" + address.getPort() + " by the proxy " + proxy;
    }
}
