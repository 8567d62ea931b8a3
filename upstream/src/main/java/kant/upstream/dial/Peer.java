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

    /** Finds an address of a name; blocks, so not for event loops. */
    interface Lookup {
        /** @param attempt picks one of several addresses in turn */
        InetAddress of(String name, int attempt) throws UnknownHostException;
    }

    /** The parent itself. */
    static Peer direct(ParentConfig parent, int port, Lookup lookup, int attempt) throws IOException {
        String name = parent.dialName();
        try {
            return new Peer(new InetSocketAddress(lookup.of(name, attempt), port), null, null);
        } catch (UnknownHostException e) {
            throw new IOException("the parent's name \"" + name + "\" does not resolve: check DNS and the network", e);
        }
    }

    /** The parent's HTTPS port, through the proxy where there is one; blocks, so not for event loops. */
    public static Peer https(ParentConfig parent, int attempt) throws IOException {
        return https(
                parent,
                (name, number) -> {
                    InetAddress[] all = InetAddress.getAllByName(name);
                    return all[Math.floorMod(number, all.length)];
                },
                attempt);
    }

    /** The same by another way to find addresses. */
    static Peer https(ParentConfig parent, Lookup lookup, int attempt) throws IOException {
        HttpProxy proxy = parent.proxy();
        if (proxy == null) {
            return direct(parent, parent.httpsPort(), lookup, attempt);
        }
        return new Peer(
                InetSocketAddress.createUnresolved(parent.dialName(), parent.httpsPort()),
                resolve(proxy, lookup, attempt),
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

    private static InetSocketAddress resolve(HttpProxy proxy, Lookup lookup, int attempt) throws IOException {
        try {
            return new InetSocketAddress(lookup.of(proxy.host(), attempt), proxy.port());
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
