package kant.edgehub.nested;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import kant.protocol.net.Percent;
import kant.upstream.TokenSource;
import kant.upstream.http.HttpReply;
import kant.upstream.http.ParentHttp;

/** The parent's module registry, asked by this hub on behalf of devices below. */
public final class ParentRegistry {
    private static final String API_VERSION = "2020-06-30-preview";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ParentHttp http;
    private final TokenSource tokens;
    private final String audience;
    private final String base;

    /**
     * @param hub this hub's own identity
     * @param tokens of the hub itself
     * @param audience what its tokens are made for
     */
    public ParentRegistry(ParentHttp http, IdentityId hub, TokenSource tokens, String audience) {
        this.http = http;
        this.tokens = tokens;
        this.audience = audience;
        base = "/devices/" + Percent.encode(hub.deviceId()) + "/modules/" + Percent.encode(IdentityId.EDGE_HUB) + "/";
    }

    /**
     * Makes one call; returns the parent's answer as it is.
     *
     * @param ifMatch an etag, empty where none
     */
    HttpAnswer call(String method, String operation, byte[] body, String ifMatch) throws IOException {
        Map<String, String> headers = new HashMap<>();
        headers.put("Authorization", tokens.token(audience));
        headers.put("Content-Type", "application/json; charset=utf-8");
        if (!ifMatch.isEmpty()) {
            headers.put("If-Match", ifMatch);
        }
        HttpReply reply = http.call(method, base + operation + "?api-version=" + API_VERSION, headers, body, LIMIT);
        HttpAnswer answer = reply.body().length == 0
                ? HttpAnswer.of(reply.status())
                : HttpAnswer.json(reply.status(), reply.body());
        for (String name : new String[] {"etag", "iothub-errorcode"}) {
            String value = reply.headers().get(name);
            answer = value == null ? answer : answer.with(name, value);
        }
        return answer;
    }
}
