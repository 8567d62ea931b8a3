package kant.iothub.door;

import static kant.iothub.fixture.Doors.await;
import static kant.iothub.fixture.Doors.info;
import static kant.iothub.fixture.Doors.refusal;
import static kant.iothub.fixture.Doors.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kant.iothub.fixture.Doors;
import kant.iothub.fixture.FakeClient;
import kant.iothub.registry.Authentication;
import kant.iothub.registry.AuthenticationDraft;
import kant.iothub.registry.DeviceDraft;
import kant.iothub.registry.IfMatch;
import kant.iothub.registry.ModuleDraft;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.protocol.port.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Check 84 of device-protocols.md §8: edge hubs that connect for those below them, and what cuts such connections. */
class OnBehalfTest {
    private static final IdentityId PARENT = IdentityId.device("parent");
    private static final IdentityId CHILD = IdentityId.device("child");
    private static final IdentityId LEAF = IdentityId.device("leaf");
    private static final IdentityId MODULE = IdentityId.module("child", "m");
    private static final IdentityId HUB = IdentityId.module("parent", "$edgeHub");

    private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    @TempDir
    private Path directory;

    private Doors doors;
    private Credential hubToken;

    @BeforeEach
    void open() throws Exception {
        doors = new Doors(directory);
        doors.device("parent", true, null);
        doors.device("child", true, "parent");
        doors.device("leaf", false, "child");
        doors.module(MODULE);
        hubToken = token(HUB, doors.module(HUB));
    }

    @AfterEach
    void close() throws Exception {
        doors.close();
    }

    @Test
    void check_84_the_hub_above_connects_whoever_is_below_it_with_its_own_token() throws Exception {
        Session leaf = doors.open(LEAF, hubToken, new FakeClient(1), LEAF, CHILD, PARENT);
        Session module = doors.open(MODULE, hubToken, new FakeClient(1), MODULE, CHILD, PARENT);
        Session own = doors.open(HUB, hubToken, new FakeClient(1), HUB, PARENT);

        await(leaf.send(new Message(LEAF, Map.of(), Map.of(), new byte[0])));

        assertThat(List.of(leaf.identity(), module.identity(), own.identity())).containsExactly(LEAF, MODULE, HUB);
        assertThat(doors.telemetry
                        .read(-1, 1, 1 << 20, Duration.ZERO)
                        .events()
                        .getFirst()
                        .message()
                        .systemProperties())
                .containsEntry("connectionDeviceId", "leaf")
                .containsEntry(
                        "iothub-connection-auth-generation-id",
                        doors.registry.device("leaf").generationId());
    }

    @Test
    void check_84_a_chain_that_is_not_registered_so_is_refused() throws Exception {
        doors.device("stranger", false, null);

        assertRefused(LEAF, hubToken, LEAF, PARENT);
        assertRefused(IdentityId.device("stranger"), hubToken, IdentityId.device("stranger"), PARENT);
        assertRefused(LEAF, hubToken, CHILD, PARENT);
        assertRefused(LEAF, hubToken, LEAF, CHILD, IdentityId.device("stranger"));
        assertRefused(IdentityId.module("child", "no"), hubToken, IdentityId.module("child", "no"), CHILD, PARENT);
        assertRefused(LEAF, hubToken, LEAF, CHILD, PARENT, PARENT, PARENT, PARENT, PARENT);
        assertRefused(LEAF, token(MODULE, doors.module(MODULE)), LEAF, CHILD, PARENT);
        assertRefused(LEAF, hubToken);
    }

    @Test
    void a_disabled_device_on_the_way_cuts_those_below_and_keeps_them_out() throws Exception {
        var client = new FakeClient(1);
        doors.open(LEAF, hubToken, client, LEAF, CHILD, PARENT);

        doors.disable("child");

        assertThat(client.ending()).contains("child");
        assertRefused(LEAF, hubToken, LEAF, CHILD, PARENT);
    }

    @Test
    void new_keys_of_the_acting_hub_and_other_parents_cut_who_came_by_them_and_nobody_else() throws Exception {
        var byHub = new FakeClient(1);
        var byKey = new FakeClient(1);
        var moved = new FakeClient(1);
        String own = doors.module(IdentityId.module("child", "own"));
        doors.open(MODULE, hubToken, byHub, MODULE, CHILD, PARENT);
        doors.open(IdentityId.module("child", "own"), token(IdentityId.module("child", "own"), own), byKey);

        doors.registry.putModule(
                HUB,
                new IfMatch.Any(),
                new ModuleDraft(new AuthenticationDraft(Authentication.Type.SAS, KEY, KEY), null));
        assertThat(byHub.ending()).contains("$edgeHub");
        doors.open(LEAF, token(HUB, KEY), moved, LEAF, CHILD, PARENT);
        doors.registry.putDevice("child", new IfMatch.Any(), new DeviceDraft(null, null, null, null, null, List.of()));

        assertThat(moved.ending()).contains("other parents");
        assertThat(byKey.isConnected()).isTrue();
    }

    private void assertRefused(IdentityId id, Credential credential, IdentityId... chain) throws Exception {
        assertThat(refusal(doors.devices.open(credential, info(id, chain), new FakeClient(1))))
                .isInstanceOf(Refusal.Unauthorized.class);
    }
}
