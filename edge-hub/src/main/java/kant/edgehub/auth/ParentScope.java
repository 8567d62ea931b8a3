package kant.edgehub.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.model.identity.IdentityId;
import kant.upstream.TokenSource;
import kant.upstream.http.HttpReply;
import kant.upstream.http.ParentHttp;

/** The scope over the parent's REST interface, flat form of 2018-08-30-preview (device-protocols.md §4.4). */
public final class ParentScope implements ScopeSource {
    /** Unknown to the parent, or known but not in this device's scope: either way it may not come in here. */
    private static final Set<Integer> OUTSIDE = Set.of(401, 403, 404);

    private static final String VERSION = "2018-08-30-preview";
    private static final int PAGE = 100;

    /** No scope that fits this hub needs more; a parent that pages for ever must not hold us. */
    private static final int MOST_PAGES = 1000;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ParentHttp http;
    private final TokenSource tokens;
    private final String audience;
    private final String base;

    /**
     * @param hub this hub's own identity
     * @param tokens of the hub itself
     * @param audience what its tokens are made for
     */
    public ParentScope(ParentHttp http, IdentityId hub, TokenSource tokens, String audience) {
        this.http = http;
        this.tokens = tokens;
        this.audience = audience;
        base = "/devices/" + encode(hub.deviceId()) + "/modules/" + encode(IdentityId.EDGE_HUB);
    }

    @Override
    public List<ScopeIdentity> all() throws IOException {
        List<ScopeIdentity> found = new ArrayList<>();
        String next = base + "/devicesAndModulesInDeviceScope?deviceCount=" + PAGE + "&continuationToken=&api-version="
                + VERSION;
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode answer = get(next);
            read(answer, found);
            String link = answer.path("continuationLink").asText("");
            if (link.isEmpty() || "null".equals(link)) {
                return found;
            }
            next = link.startsWith("/") ? link : "/" + link;
        }
        throw new IOException("the parent's scope answer has more than " + MOST_PAGES + " pages");
    }

    @Override
    public List<ScopeIdentity> one(IdentityId id) throws IOException {
        String query = "?targetDeviceId=" + encode(id.deviceId())
                + (id.moduleId() == null ? "" : "&targetModuleId=" + encode(id.moduleId())) + "&api-version=" + VERSION;
        HttpReply reply = call(base + "/deviceAndModuleInDeviceScope" + query);
        if (OUTSIDE.contains(reply.status())) {
            return List.of();
        }
        List<ScopeIdentity> found = new ArrayList<>();
        read(json(reply), found);
        return found;
    }

    private JsonNode get(String path) throws IOException {
        return json(call(path));
    }

    private HttpReply call(String path) throws IOException {
        return http.call("GET", path, Map.of("Authorization", tokens.token(audience)), null, LIMIT);
    }

    private static JsonNode json(HttpReply reply) throws IOException {
        if (reply.status() != 200) {
            throw new IOException("the parent answered the scope request with " + reply.status());
        }
        return JSON.readTree(reply.body());
    }

    private static void read(JsonNode answer, List<ScopeIdentity> into) throws IOException {
        for (JsonNode device : answer.path("devices")) {
            into.add(ScopeIdentity.parse(device));
        }
        for (JsonNode module : answer.path("modules")) {
            into.add(ScopeIdentity.parse(module));
        }
    }

    private static String encode(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
