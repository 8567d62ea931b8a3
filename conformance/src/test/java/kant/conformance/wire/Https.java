package kant.conformance.wire;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** HTTPS requests to a hub's device API, answered whatever their status. */
public final class Https {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String VERSION = "api-version=2021-04-12";

    private final String host;
    private final HttpClient http;

    public Https(String host, SSLContext tls) {
        this.host = host;
        this.http = HttpClient.newBuilder().sslContext(tls).build();
    }

    /** Sends a request; the version goes with it. */
    public HttpResponse<String> call(String method, String path, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        String query = (path.contains("?") ? "&" : "?") + VERSION;
        var request = HttpRequest.newBuilder(URI.create("https://" + host + path + query))
                .timeout(LIMIT)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
