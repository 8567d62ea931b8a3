package kant.edgehub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kant.edgehub.auth.Place;
import kant.edgehub.auth.Proof;
import kant.edgehub.auth.ScopeIdentity;
import kant.edgehub.fake.Await;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.Heard;
import kant.edgehub.fake.ScriptedParent;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.upstream.Access;
import kant.upstream.TokenSource;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks 83 and 84: an edge device below, on the wire. */
@Timeout(120)
class NestedEdgeTest {
    private static final IdentityId EDGE = IdentityId.device("edge");
    private static final IdentityId CHILD = IdentityId.device("child");
    private static final IdentityId CHILD_HUB = IdentityId.module("child", "$edgeHub");
    private static final IdentityId BELOW = IdentityId.device("below");
    private static final String ROUTES =
            "{\"schemaVersion\":\"1.1\",\"routes\":{\"up\":\"FROM /messages/* INTO $upstream\"},"
                    + "\"storeAndForwardConfiguration\":{\"timeToLiveSecs\":7200}}";
    private static final String NESTED = "?api-version=2020-06-30-preview";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final FakeScope scope = HubFixture.scope();
    private ProgramFixture fixture;
    private ScriptedParent parent;
    private EdgeHubProgram hub;

    @BeforeEach
    void open() throws Exception {
        place(EDGE, new Place(true, "scope-edge", List.of()));
        place(CHILD, new Place(true, "scope-child", List.of("scope-edge")));
        place(BELOW, new Place(false, "scope-child", List.of("scope-child")));
        scope.register(CHILD_HUB);
        fixture = new ProgramFixture(directory);
        parent = fixture.parent(scope, ROUTES);
        hub = fixture.start(parent, Map.of());
        Await.until(
                "the hub is configured",
                () -> parent.reports
                        .getOrDefault(HubFixture.HUB, List.of())
                        .toString()
                        .contains("\"code\":200"));
        Await.until("the hub knows its scope", this::scopeIsTold);
    }

    @AfterEach
    void close() {
        hub.close();
        parent.close();
        fixture.close();
    }

    @Test
    void a_childs_hub_sends_for_its_leaf_with_its_own_token() throws Exception {
        var tokens = TokenSource.ofKey(FakeScope.key(CHILD_HUB, "primary"), Time.system());
        try (var client = fixture.amqpClient(hub)) {
            var leaf = client.attach(Access.onBehalf(List.of(BELOW, CHILD), tokens), new Heard());
            Await.until("the leaf is let in", leaf::up);

            leaf.send(new Message(BELOW, Map.of(), Map.of(), new byte[] {'x'}))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);

            Await.until("it has gone up", () -> !parent.messages.isEmpty());
            assertThat(parent.messages.getFirst().sender()).isEqualTo(BELOW);
        }
    }

    @Test
    void a_scope_is_told_page_by_page() throws Exception {
        JsonNode first = JSON.readTree(list(CHILD_HUB, "2").body());
        assertThat(first.path("devices")).hasSize(2);
        assertThat(first.path("modules")).isEmpty();
        String next = first.path("continuationLink").asText();

        JsonNode second =
                JSON.readTree(fixture.request(hub, "GET", next, "", CHILD_HUB).body());

        assertThat(first.path("devices")
                        .get(0)
                        .path("authentication")
                        .path("symmetricKey")
                        .path("primaryKey")
                        .asText())
                .isEqualTo(FakeScope.key(BELOW, "primary"));
        assertThat(second.path("modules").get(0).path("moduleId").asText()).isEqualTo("$edgeHub");
        assertThat(second.path("continuationLink").isNull()).isTrue();
    }

    @Test
    void a_scope_and_an_identity_are_told_on_behalf_where_the_chain_ends_with_who_asks() throws Exception {
        HttpResponse<String> all =
                nested("devicesAndModulesInTargetDeviceScope", "{\"pageSize\":100,\"authChain\":\"child\"}");
        HttpResponse<String> one =
                nested("getDeviceAndModuleOnBehalfOf", "{\"targetDeviceId\":\"below\",\"authChain\":\"child\"}");
        HttpResponse<String> foreign =
                nested("getDeviceAndModuleOnBehalfOf", "{\"targetDeviceId\":\"leaf\",\"authChain\":\"child\"}");
        HttpResponse<String> wrongEnd =
                nested("devicesAndModulesInTargetDeviceScope", "{\"pageSize\":100,\"authChain\":\"child;other\"}");

        assertThat(JSON.readTree(all.body()).path("devices")).hasSize(2);
        assertThat(JSON.readTree(one.body())
                        .path("devices")
                        .get(0)
                        .path("deviceId")
                        .asText())
                .isEqualTo("below");
        assertThat(foreign.statusCode()).isEqualTo(401);
        assertThat(wrongEnd.statusCode()).isEqualTo(401);
        assertThat(wrongEnd.body()).contains("ErrorMessage");
    }

    @Test
    void a_stranger_and_a_malformed_request_are_told_what_is_wrong() throws Exception {
        assertThat(list(IdentityId.device("leaf"), "10").statusCode()).isEqualTo(401);
        assertThat(list(CHILD_HUB, "many").statusCode()).isEqualTo(400);
        assertThat(nested("getDeviceAndModuleOnBehalfOf", "no json").statusCode())
                .isEqualTo(400);
        assertThat(fixture.request(hub, "GET", "/devices/child/modules", "", CHILD)
                        .headers())
                .satisfies(headers ->
                        assertThat(headers.firstValue("iothub-errorcode")).contains("InvalidProtocolVersion"));
    }

    @Test
    void a_module_registration_goes_to_the_parent_with_the_whole_way() throws Exception {
        HttpResponse<String> own = fixture.request(
                hub, "PUT", "/devices/child/modules/m" + NESTED, "{\"moduleId\":\"m\",\"deviceId\":\"child\"}", CHILD);
        HttpResponse<String> forBelow = nested("getModulesOnTargetDevice", "{\"authChain\":\"below;child\"}");

        assertThat(own.statusCode()).as(own.body()).isEqualTo(200);
        assertThat(parent.registrations)
                .containsExactly(
                        "PUT putModuleOnBehalfOf {\"module\":{\"moduleId\":\"m\",\"deviceId\":\"child\"},\"authChain\":\"child;edge\"}",
                        "POST getModulesOnTargetDevice {\"authChain\":\"below;child;edge\"}");
        assertThat(forBelow.statusCode()).isEqualTo(200);
    }

    private boolean scopeIsTold() {
        try {
            return list(CHILD_HUB, "1000").statusCode() == 200;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> list(IdentityId as, String count) throws Exception {
        return fixture.request(
                hub,
                "GET",
                "/devices/child/modules/%24edgeHub/devicesAndModulesInDeviceScope?deviceCount=" + count
                        + "&continuationToken=&api-version=2018-08-30-preview",
                "",
                as);
    }

    private HttpResponse<String> nested(String operation, String body) throws Exception {
        return fixture.request(hub, "POST", "/devices/child/modules/%24edgeHub/" + operation + NESTED, body, CHILD_HUB);
    }

    private void place(IdentityId id, Place place) {
        scope.put(new ScopeIdentity(id, "g1", true, Proof.keys(FakeScope.key(id, "primary"), ""), place));
    }
}
