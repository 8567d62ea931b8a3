package kant.iothub.registry;

import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.Base64;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.fixture.Parts;
import kant.model.identity.IdentityId;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTest {
    private static final IfMatch CREATE = new IfMatch.Absent();
    private static final IfMatch ANY = new IfMatch.Any();

    @TempDir
    private Path directory;

    private Parts parts;
    private Registry registry;

    @BeforeEach
    void start() throws Exception {
        parts = new Parts(directory);
        registry = parts.registry;
    }

    @AfterEach
    void stop() throws Exception {
        parts.close();
    }

    @Test
    void keys_that_are_left_empty_are_made() throws Exception {
        Device device = create("{'authentication':{'type':'sas','symmetricKey':{'primaryKey':'','secondaryKey':''}}}");

        assertThat(Base64.getDecoder().decode(device.authentication().primary()))
                .hasSize(32);
        assertThat(device.authentication().secondary())
                .isNotEmpty()
                .isNotEqualTo(device.authentication().primary());
    }

    @Test
    void keys_that_are_given_are_kept() throws Exception {
        String key = Base64.getEncoder().encodeToString(new byte[32]);

        Device device = create("{'authentication':{'symmetricKey':{'primaryKey':'" + key + "','secondaryKey':'" + key
                + "'},'type':'sas'}}");

        assertThat(device.authentication()).isEqualTo(new Authentication(Authentication.Type.SAS, key, key));
    }

    @Test
    void creating_again_is_refused_and_updating_needs_the_right_etag() throws Exception {
        Device device = create("{}");

        assertRefused(ErrorCode.DEVICE_EXISTS, () -> create("{}"));
        assertRefused(ErrorCode.PRECONDITION_FAILED, () -> put(new IfMatch.Exactly("stale"), "{}"));
        Device updated = put(new IfMatch.Exactly(device.etag()), "{'status':'Disabled','statusReason':'lost'}");

        assertThat(updated.enabled()).isFalse();
        assertThat(updated.etag()).isNotEqualTo(device.etag());
        assertThat(updated.generationId()).isEqualTo(device.generationId());
        assertThat(updated.authentication()).isEqualTo(device.authentication());
        assertThat(parts.told.lines).containsExactly("credentials d");
    }

    @Test
    void updating_a_device_that_is_missing_is_refused() {
        assertRefused(ErrorCode.DEVICE_NOT_FOUND, () -> put(ANY, "{}"));
    }

    @Test
    void a_device_made_anew_is_another_generation() throws Exception {
        Device first = create("{}");
        registry.deleteDevice("d", ANY);

        Device second = create("{}");

        assertThat(second.generationId()).isNotEqualTo(first.generationId());
        assertThat(parts.told.lines).containsExactly("removed d");
    }

    @Test
    void deleting_needs_an_etag_or_a_star() throws Exception {
        create("{}");

        assertRefused(ErrorCode.PRECONDITION_FAILED, () -> registry.deleteDevice("d", CREATE));
        assertRefused(ErrorCode.PRECONDITION_FAILED, () -> registry.deleteDevice("d", new IfMatch.Exactly("stale")));
        registry.deleteDevice("d", ANY);

        assertRefused(ErrorCode.DEVICE_NOT_FOUND, () -> registry.device("d"));
    }

    @Test
    void an_edge_device_has_an_agent_a_hub_and_a_scope_of_its_own() throws Exception {
        Device edge = create("{'capabilities':{'iotEdge':true}}");

        assertThat(edge.scope()).startsWith("ms-azure-iot-edge://d-");
        assertThat(registry.modules("d"))
                .extracting(module -> module.id().moduleId(), Module::managedBy)
                .containsExactly(tuple("$edgeAgent", "IotEdge"), tuple("$edgeHub", "IotEdge"));
        assertRefused(ErrorCode.ARGUMENT_INVALID, () -> put(ANY, "{'capabilities':{'iotEdge':false}}"));
    }

    @Test
    void a_leaf_is_in_its_parents_scope_however_it_is_said_and_out_of_it_when_the_parent_is_gone() throws Exception {
        String scope = create("{'capabilities':{'iotEdge':true}}").scope();
        Device byParent = create("leaf1", "{'parentScopes':['" + scope + "']}");
        Device byScope = create("leaf2", "{'deviceScope':'" + scope + "','parentScopes':[]}");

        assertThat(byParent.scope()).isEqualTo(scope);
        assertThat(byScope.parentScopes()).containsExactly(scope);
        Scope.Page page = new Scope(parts.database).list("d", "", 2);
        assertThat(page.devices()).extracting(Device::id).containsExactly("d", "leaf1");
        assertThat(page.modules()).hasSize(2);
        assertThat(page.next()).isEqualTo("leaf1");

        registry.deleteDevice("d", ANY);

        assertThat(registry.device("leaf1").scope()).isEmpty();
        assertThat(registry.device("leaf2").parentScopes()).isEmpty();
    }

    @Test
    void a_scope_that_nobody_opens_is_refused() {
        assertRefused(ErrorCode.ARGUMENT_INVALID, () -> create("{'deviceScope':'ms-azure-iot-edge://nobody-1'}"));
    }

    @Test
    void an_edge_hub_sees_its_own_scope_only() throws Exception {
        create("{'capabilities':{'iotEdge':true}}");
        create("stranger", "{}");
        var scope = new Scope(parts.database);

        assertThat(scope.one("d", IdentityId.module("d", "$edgeHub")).modules()).hasSize(1);
        assertRefused(ErrorCode.UNAUTHORIZED, () -> scope.one("d", IdentityId.device("stranger")));
        assertRefused(ErrorCode.UNAUTHORIZED, () -> scope.list("stranger", "", 10));
        assertRefused(ErrorCode.DEVICE_NOT_FOUND, () -> scope.one("d", IdentityId.device("nobody")));
    }

    @Test
    void a_module_is_made_updated_with_keys_and_removed() throws Exception {
        IdentityId id = IdentityId.module("d", "m");
        create("{}");
        Module made = registry.putModule(id, CREATE, ModuleDraft.pending());
        assertRefused(ErrorCode.MODULE_EXISTS, () -> registry.putModule(id, CREATE, ModuleDraft.pending()));
        String key = Base64.getEncoder().encodeToString(new byte[32]);

        Module keyed = registry.putModule(
                id,
                ANY,
                ModuleJson.draft(
                        "d",
                        "m",
                        json("{'authentication':{'type':'sas','symmetricKey':{'primaryKey':'" + key
                                + "','secondaryKey':'" + key + "'}}}")));

        assertThat(made.authentication()).isEqualTo(Authentication.NONE);
        assertThat(keyed.authentication().primary()).isEqualTo(key);
        assertThat(keyed.generationId()).isEqualTo(made.generationId());
        registry.deleteModule(id, new IfMatch.Exactly(keyed.etag()));
        assertRefused(ErrorCode.MODULE_NOT_FOUND, () -> registry.module(id));
        assertThat(parts.told.lines).containsExactly("credentials d/m", "removed d/m");
        registry.putModule(id, CREATE, ModuleDraft.pending());
        assertThat(parts.twins.properties(id).desiredVersion())
                .as("the old twin went with the old module")
                .isEqualTo(1);
    }

    @Test
    void a_device_has_fifty_modules_at_most() throws Exception {
        create("{}");
        for (int i = 0; i < Registry.MAX_MODULES; i++) {
            registry.putModule(IdentityId.module("d", "m" + i), CREATE, ModuleDraft.pending());
        }

        assertRefused(
                ErrorCode.TOO_MANY_MODULES,
                () -> registry.putModule(IdentityId.module("d", "one-more"), CREATE, ModuleDraft.pending()));
    }

    @Test
    void thumbprints_are_checked_and_kept_without_colons() throws Exception {
        Device device = create("{'authentication':{'type':'selfSigned','x509Thumbprint':{'primaryThumbprint':'"
                + "ab:".repeat(19) + "ab'}}}");

        assertThat(device.authentication())
                .isEqualTo(new Authentication(Authentication.Type.SELF_SIGNED, "AB".repeat(20), ""));
        assertRefused(
                ErrorCode.ARGUMENT_INVALID,
                () -> create("e", "{'authentication':{'x509Thumbprint':{'primaryThumbprint':'abc'}}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ä", "a\"b", "a|b"})
    void ids_with_other_characters_are_refused(String id) {
        assertRefused(ErrorCode.ARGUMENT_INVALID, () -> create(id, "{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'deviceId':'other'}",
                "{'status':'perhaps'}",
                "{'status':1}",
                "{'authentication':{'type':'tpm'}}",
                "{'authentication':{'symmetricKey':{'primaryKey':'not base64!'}}}",
                "{'authentication':{'symmetricKey':{'primaryKey':'c2hvcnQ='}}}",
                "{'capabilities':{'iotEdge':'yes'}}",
                "{'parentScopes':[1]}"
            })
    void bodies_that_make_no_sense_are_refused(String body) {
        assertRefused(ErrorCode.ARGUMENT_INVALID, () -> create(body));
    }

    @Test
    void everything_outlives_the_process() throws Exception {
        Device device = create("{'capabilities':{'iotEdge':true},'status':'disabled','statusReason':'spare'}");
        parts.close();

        parts = new Parts(directory);

        assertThat(parts.registry.device("d")).isEqualTo(device);
        assertThat(parts.registry.counts()).isEqualTo(new Registry.Counts(1, 0));
    }

    private Device create(String body) throws Exception {
        return create("d", body);
    }

    private Device create(String id, String body) throws Exception {
        return registry.putDevice(id, CREATE, DeviceJson.draft(id, json(body)));
    }

    private Device put(IfMatch match, String body) throws Exception {
        return registry.putDevice("d", match, DeviceJson.draft("d", json(body)));
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
