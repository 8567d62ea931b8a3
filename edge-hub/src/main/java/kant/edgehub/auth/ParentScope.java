package kant.edgehub.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.model.identity.IdentityId;
import kant.protocol.net.Percent;
import kant.upstream.TokenSource;
import kant.upstream.http.HttpReply;
import kant.upstream.http.ParentHttp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scope over the parent's REST interface (device-protocols.md §4.4): what stands directly below this device by the flat
 * form of 2018-08-30-preview, which every IoT Hub has; what stands below an edge device below by the nested form of
 * 2020-06-30-preview, which is asked for only where there is such a device.
 */
public final class ParentScope implements ScopeSource {
    private static final Logger log = LoggerFactory.getLogger(ParentScope.class);

    /** Unknown to the parent, or known but not in this device's scope: either way it may not come in here. */
    private static final Set<Integer> OUTSIDE = Set.of(401, 403, 404);

    private static final String FLAT = "2018-08-30-preview";
    private static final String NESTED = "2020-06-30-preview";
    private static final int PAGE = 100;

    /** No scope that fits this hub needs more; a parent that pages for ever must not hold us. */
    private static final int MOST_PAGES = 1000;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ParentHttp http;
    private final TokenSource tokens;
    private final String audience;
    private final IdentityId edge;
    private final String base;

    /** The chains of edge devices whose scopes are still to be read, and the pages that were asked for. */
    private static final class Walk {
        final Map<IdentityId, ScopeIdentity> found = new LinkedHashMap<>();
        final Deque<List<IdentityId>> open = new ArrayDeque<>();
        int pages;
    }

    /**
     * @param hub this hub's own identity
     * @param tokens of the hub itself
     * @param audience what its tokens are made for
     */
    public ParentScope(ParentHttp http, IdentityId hub, TokenSource tokens, String audience) {
        this.http = http;
        this.tokens = tokens;
        this.audience = audience;
        edge = hub.device();
        base = "/devices/" + Percent.encode(hub.deviceId()) + "/modules/" + Percent.encode(IdentityId.EDGE_HUB);
    }

    @Override
    public List<ScopeIdentity> all() throws IOException {
        var walk = new Walk();
        String next = base + "/devicesAndModulesInDeviceScope?deviceCount=" + PAGE + "&continuationToken=&api-version="
                + FLAT;
        while (!next.isEmpty()) {
            String link = take(json(get(turn(walk, next))), List.of(edge), walk);
            next = link.isEmpty() || link.startsWith("/") ? link : "/" + link;
        }
        walk.open.add(List.of(edge)); // the flat scope has no edge devices below this one
        for (var chain = walk.open.poll(); chain != null; chain = walk.open.poll()) {
            below(chain, walk);
        }
        return List.copyOf(walk.found.values());
    }

    @Override
    public List<ScopeIdentity> one(IdentityId id, List<IdentityId> via) throws IOException {
        HttpReply reply = via.size() > 1 ? nested(id, via) : flat(id);
        if (OUTSIDE.contains(reply.status()) && via.size() <= 1) {
            // An edge device below; a parent without the nested API answers 4xx too.
            reply = nested(id, List.of(edge));
            if (reply.status() / 100 == 4) {
                return List.of();
            }
        }
        if (OUTSIDE.contains(reply.status())) {
            return List.of();
        }
        return identities(json(reply));
    }

    private HttpReply flat(IdentityId id) throws IOException {
        String module = id.moduleId() == null ? "" : "&targetModuleId=" + Percent.encode(id.moduleId());
        return get(base + "/deviceAndModuleInDeviceScope?targetDeviceId=" + Percent.encode(id.deviceId()) + module
                + "&api-version=" + FLAT);
    }

    private HttpReply nested(IdentityId id, List<IdentityId> via) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("targetDeviceId", id.deviceId());
        if (id.moduleId() != null) {
            body.put("targetModuleId", id.moduleId());
        }
        return post("/getDeviceAndModuleOnBehalfOf", body.put("authChain", AuthChains.text(via)));
    }

    private void below(List<IdentityId> chain, Walk walk) throws IOException {
        String link = "";
        do {
            ObjectNode body = JSON.createObjectNode()
                    .put("pageSize", PAGE)
                    .put("continuationLink", link)
                    .put("authChain", AuthChains.text(chain));
            HttpReply reply = post(turn(walk, "/devicesAndModulesInTargetDeviceScope"), body);
            if (reply.status() / 100 == 4) {
                // a parent without the nested API; its flat scope is worth having all the same
                log.atWarn()
                        .addKeyValue("device", chain.getFirst())
                        .addKeyValue("status", reply.status())
                        .log("the parent does not tell what stands below an edge device below, left out");
                return;
            }
            link = take(json(reply), chain, walk);
        } while (!link.isEmpty());
    }

    /** Keeps a page's identities, notes the edge devices among them, and returns where the next page is. */
    private static String take(JsonNode page, List<IdentityId> chain, Walk walk) throws IOException {
        for (ScopeIdentity identity : identities(page)) {
            boolean news = walk.found.put(identity.id(), identity) == null;
            boolean edge = identity.place().edge() && !chain.contains(identity.id());
            if (news && edge && chain.size() < AuthChains.MOST_LEVELS) {
                List<IdentityId> longer = new ArrayList<>(chain);
                longer.addFirst(identity.id());
                walk.open.add(longer);
            }
        }
        return page.path("continuationLink").isTextual()
                ? page.path("continuationLink").textValue()
                : "";
    }

    private static String turn(Walk walk, String path) throws IOException {
        if (++walk.pages > MOST_PAGES) {
            throw new IOException("the parent's scope answer has more than " + MOST_PAGES + " pages");
        }
        return path;
    }

    private HttpReply get(String path) throws IOException {
        return http.call("GET", path, Map.of("Authorization", tokens.token(audience)), null, LIMIT);
    }

    private HttpReply post(String operation, ObjectNode body) throws IOException {
        var headers =
                Map.of("Authorization", tokens.token(audience), "Content-Type", "application/json; charset=utf-8");
        return http.call(
                "POST", base + operation + "?api-version=" + NESTED, headers, JSON.writeValueAsBytes(body), LIMIT);
    }

    private static JsonNode json(HttpReply reply) throws IOException {
        if (reply.status() != 200) {
            throw new IOException("the parent answered the scope request with " + reply.status());
        }
        return JSON.readTree(reply.body());
    }

    private static List<ScopeIdentity> identities(JsonNode answer) throws IOException {
        List<ScopeIdentity> found = new ArrayList<>();
        for (JsonNode device : answer.path("devices")) {
            found.add(ScopeIdentity.parse(device));
        }
        for (JsonNode module : answer.path("modules")) {
            found.add(ScopeIdentity.parse(module));
        }
        return found;
    }
}
