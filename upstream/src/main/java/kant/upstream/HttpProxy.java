package kant.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import kant.protocol.net.Percent;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that is asked for tunnels by HTTP CONNECT, as {@code https_proxy} and {@code no_proxy} describe it.
 *
 * @param user null where the proxy asks for no name; its text form never shows the password
 * @param except hosts that are reached without it: names, {@code .domain} or {@code *.domain} for all below one, {@code *} for all
 */
public record HttpProxy(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        List<String> except) {
    private static final int HTTP_PORT = 80;

    public HttpProxy {
        except = List.copyOf(except);
    }

    /**
     * Reads the two variables' values.
     *
     * @param url {@code http://[user:password@]host[:port]}, user and password percent-encoded; the scheme may be left out
     * @param noProxy hosts separated by commas, null where none
     * @throws IllegalArgumentException where the URL is not understood; the message does not show it, for it may hold a password
     */
    public static HttpProxy parse(String url, @Nullable String noProxy) {
        URI uri = uri(url.contains("://") ? url : "http://" + url);
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "the proxy's URL is not of the form http://[user:password@]host[:port]: check https_proxy");
        }
        String user = null;
        String password = null;
        if (uri.getRawUserInfo() != null) {
            String[] parts = uri.getRawUserInfo().split(":", 2);
            user = Percent.decode(parts[0]);
            password = parts.length < 2 ? "" : Percent.decode(parts[1]);
        }
        int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
        return new HttpProxy(uri.getHost(), port, user, password, entries(noProxy));
    }

    /** Whether a host is reached through it. */
    public boolean appliesTo(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return except.stream().noneMatch(entry -> covers(entry, lower));
    }

    private static boolean covers(String entry, String name) {
        if (entry.equals("*") || entry.equals(name)) {
            return true;
        }
        String domain = entry.startsWith("*") ? entry.substring(1) : entry;
        return name.endsWith(domain.startsWith(".") ? domain : "." + domain);
    }

    private static List<String> entries(@Nullable String noProxy) {
        return noProxy == null
                ? List.of()
                : Arrays.stream(noProxy.split(","))
                        .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                        .filter(entry -> !entry.isEmpty())
                        .toList();
    }

    private static URI uri(String url) {
        try {
            return new URI(url.strip());
        } catch (URISyntaxException _) {
            // its message would show the URL, and with it the password
            throw new IllegalArgumentException("the proxy's URL is malformed: check https_proxy");
        }
    }

    @Override
    public String toString() {
        return "HttpProxy[" + host + ":" + port + (user == null ? "" : ", as " + user) + "]";
    }
}
