package kant.edgeagent.upload;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/**
 * A container of blobs, reached by its SAS URL, which is a secret: no message names more of it than the host. Blocking.
 *
 * <p>The calls are Put Blob, Append Block, Put Block and Put Block List of the Blob service's REST interface.
 */
public final class BlobContainer {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String VERSION = "2021-08-06";

    private final HttpClient http;
    private final URI sasUrl;

    /**
     * Takes the URL of a container.
     *
     * @throws RefusedException where it is none
     */
    public static BlobContainer of(String sasUrl, HttpClient http) throws RefusedException {
        URI uri;
        try {
            uri = URI.create(sasUrl);
        } catch (IllegalArgumentException _) {
            throw invalid("sasUrl is not a URL"); // the exception's text has the secret in it
        }
        boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getRawQuery() == null) {
            throw invalid("sasUrl is not the URL of a container with a shared access signature");
        }
        return new BlobContainer(http, uri);
    }

    private BlobContainer(HttpClient http, URI sasUrl) {
        this.http = http;
        this.sasUrl = sasUrl;
    }

    /** A blob that grows while it is written; what was flushed stays when the rest fails. */
    public OutputStream append(String name, Content content) throws IOException {
        put(name, "", Map.of("x-ms-blob-type", "AppendBlob"), content, new byte[0]);
        return new BlobStream(block -> put(name, "&comp=appendblock", Map.of(), Content.NONE, block), () -> {});
    }

    /** A blob that appears whole when the stream is closed. */
    public OutputStream whole(String name, Content content) {
        var blocks = new BlockList();
        return new BlobStream(
                block -> put(name, "&comp=block&blockid=" + encode(blocks.next()), Map.of(), Content.NONE, block),
                () -> put(name, "&comp=blocklist", Map.of(), content, blocks.xml()));
    }

    private void put(String name, String query, Map<String, String> headers, Content content, byte[] body)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(blob(name, query))
                .timeout(LIMIT)
                .header("x-ms-version", VERSION)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        content.headers().forEach(request::header);
        HttpResponse<String> answer;
        try {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the agent stops", e);
        } catch (IOException e) {
            throw new IOException("the blob store " + sasUrl.getHost() + " is not reached: " + e.getMessage(), e);
        }
        if (answer.statusCode() >= 300) {
            throw new IOException("the blob store " + sasUrl.getHost() + " answered " + answer.statusCode()
                    + answer.headers()
                            .firstValue("x-ms-error-code")
                            .map(code -> " (" + code + ")")
                            .orElse("")
                    + " for \"" + name + "\"");
        }
    }

    private URI blob(String name, String query) {
        String path = sasUrl.getRawPath().replaceFirst("/+$", "") + "/"
                + encode(name).replace("+", "%20").replace("%2F", "/");
        return URI.create(
                sasUrl.getScheme() + "://" + sasUrl.getRawAuthority() + path + "?" + sasUrl.getRawQuery() + query);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static RefusedException invalid(String what) {
        return new RefusedException(new Refusal.Invalid("Error parsing command payload because of error - " + what));
    }
}
