package kant.iothub.door;

import static kant.iothub.fixture.Doors.await;
import static kant.iothub.fixture.Doors.info;
import static kant.iothub.fixture.Doors.refusal;
import static kant.iothub.fixture.Doors.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kant.iothub.fixture.Doors;
import kant.iothub.fixture.FakeClient;
import kant.iothub.registry.Authentication;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.Session;
import kant.protocol.tls.CertificateAuthority;
import kant.world.Randomness;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks of device-protocols.md §8 that are about who may come in and about single requests, behind the port. */
class DeviceDoorTest {
    private static final IdentityId DEVICE = IdentityId.device("d");
    private static final IdentityId MODULE = IdentityId.module("d", "m");
    private static final IdentityId SIBLING = IdentityId.module("d", "s");

    @TempDir
    private Path directory;

    private CertificateAuthority trusted;
    private Doors doors;
    private String key;
    private String moduleKey;

    @BeforeEach
    void open() throws Exception {
        trusted = CertificateAuthority.create("ours", Duration.ofDays(1), Time.system(), Randomness.secure());
        doors = new Doors(directory, trusted.chain().getFirst());
        key = doors.device("d", false, null);
        moduleKey = doors.module(MODULE);
    }

    @AfterEach
    void close() throws Exception {
        doors.close();
    }

    @Test
    void check_14_a_newer_connection_wins_whatever_the_protocol() throws Exception {
        var older = new FakeClient(1);
        var newer = new FakeClient(1);
        await(doors.devices.open(token(DEVICE, key), new ClientInfo(DEVICE, "", "", List.of(), false, "mqtt"), older));
        Session session = await(doors.devices.open(
                token(DEVICE, key), new ClientInfo(DEVICE, "", "", List.of(), false, "amqp"), newer));

        assertThat(older.ending()).contains("newer");
        await(session.send(message(new byte[1])));
        assertThat(newer.isConnected()).isTrue();
        Caller caller = doors.call(DEVICE, key);
        await(caller.send(List.of(message(new byte[1]))));
        assertThat(newer.isConnected()).isTrue();
    }

    @Test
    void check_20_a_certificate_of_a_trusted_authority_with_the_identity_as_its_name() throws Exception {
        var other = CertificateAuthority.create("other", Duration.ofDays(1), Time.system(), Randomness.secure());
        doors.device("x", Authentication.Type.CERTIFICATE_AUTHORITY, "");
        IdentityId x = IdentityId.device("x");

        Session session = doors.open(x, certificate(trusted, "x"), new FakeClient(1));

        assertThat(session.identity()).isEqualTo(x);
        assertRefused(x, certificate(trusted, "y"));
        assertRefused(x, certificate(other, "x"));
        assertRefused(x, token(x, key));
        assertRefused(DEVICE, certificate(trusted, "d"));
    }

    @Test
    void check_19_a_certificate_by_its_thumbprint() throws Exception {
        Credential.Certificate certificate = certificate(trusted, "anything");
        byte[] digest = MessageDigest.getInstance("SHA-1")
                .digest(certificate.chain().getFirst().getEncoded());
        doors.device("x", Authentication.Type.SELF_SIGNED, HexFormat.of().formatHex(digest));

        doors.open(IdentityId.device("x"), certificate, new FakeClient(1));

        assertRefused(IdentityId.device("x"), certificate(trusted, "anything"));
    }

    @Test
    void a_policy_that_may_connect_devices_connects_any_and_no_other_does() throws Exception {
        Session session = doors.open(DEVICE, policy("device", Doors.NAME + "/devices/d"), new FakeClient(1));
        await(session.send(message(new byte[1])));

        assertThat(lastSystemProperties())
                .hasEntrySatisfying(
                        "iothub-connection-auth-method",
                        method -> assertThat(method).contains("\"scope\":\"hub\""));
        assertRefused(DEVICE, policy("device", Doors.NAME + "/devices/other"));
        assertRefused(DEVICE, policy("service", Doors.NAME));
    }

    @Test
    void check_74_a_renewed_token_must_prove_the_same_identity() throws Exception {
        var client = new FakeClient(1);
        Session session = doors.open(DEVICE, token(DEVICE, key), client);

        await(session.renew(token(DEVICE, key)));

        assertThat(refusal(session.renew(token(MODULE, moduleKey)))).isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refusal(session.renew(token(DEVICE, moduleKey)))).isInstanceOf(Refusal.Unauthorized.class);
        await(session.send(message(new byte[1])));
        assertThat(client.isConnected()).isTrue();
    }

    @Test
    void check_24_a_disabled_device_is_cut_and_so_are_its_modules() throws Exception {
        var client = new FakeClient(1);
        var module = new FakeClient(1);
        doors.open(DEVICE, token(DEVICE, key), client);
        Session session = doors.open(MODULE, token(MODULE, moduleKey), module);

        doors.disable("d");

        assertThat(client.ending()).contains("changed");
        assertThat(module.ending()).contains("changed");
        assertRefused(DEVICE, token(DEVICE, key));
        assertThat(refusal(doors.devices.call(token(DEVICE, key), info(DEVICE))))
                .isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refusal(session.renew(token(MODULE, moduleKey)))).isInstanceOf(Refusal.Unauthorized.class);
    }

    @Test
    void check_76_a_batch_is_in_the_log_in_its_order_or_not_at_all() throws Exception {
        Caller caller = doors.call(DEVICE, key);

        await(caller.send(List.of(message("1".getBytes()), message("2".getBytes()))));

        assertThat(refusal(caller.send(List.of(message("3".getBytes()), message(new byte[Message.MAX_BYTES + 1])))))
                .isInstanceOf(Refusal.TooLarge.class);
        assertThat(doors.telemetry.read(-1, 10, 1 << 20, Duration.ZERO).events())
                .extracting(event -> new String(event.message().payload()))
                .containsExactly("1", "2");
    }

    @Test
    void check_10_a_model_is_said_of_messages_as_iot_hub_says_it() throws Exception {
        var info = new ClientInfo(DEVICE, "", "dtmi:x;1", List.of(), false, "mqtt");
        Session session = await(doors.devices.open(token(DEVICE, key), info, new FakeClient(1)));

        await(session.send(new Message(
                DEVICE,
                Map.of(
                        SystemProperties.CONNECTION_MODULE_ID,
                        "forged",
                        SystemProperties.CONNECTION_DEVICE_ID,
                        "forged"),
                Map.of(),
                new byte[0])));

        assertThat(lastSystemProperties())
                .containsEntry("dt-dataschema", "dtmi:x;1")
                .containsEntry("connectionDeviceId", "d")
                .containsEntry("iothub-message-source", "Telemetry")
                .doesNotContainKeys("modelId", "connectionModuleId")
                .hasEntrySatisfying(
                        "iothub-connection-auth-method",
                        method -> assertThat(method)
                                .isEqualTo("{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\","
                                        + "\"acceptingIpFilterRule\":null}"));
    }

    @Test
    void check_79_a_module_calls_a_sibling_and_nobody_else() throws Exception {
        doors.device("other", false, null);
        var client = new FakeClient(1);
        Session sibling = doors.open(SIBLING, token(SIBLING, doors.module(SIBLING)), client);
        await(sibling.subscribe(Feature.METHODS));
        Caller caller = doors.call(MODULE, moduleKey);

        var answer = caller.invoke(SIBLING, call("ping"), Duration.ZERO);
        MethodCall asked = client.calls.poll(10, TimeUnit.SECONDS);
        sibling.methodResult(asked.requestId(), new MethodResult(201, "{}".getBytes()));

        assertThat(await(answer).status()).isEqualTo(201);
        assertThat(asked.name()).isEqualTo("ping");
        assertThat(refusal(caller.invoke(IdentityId.device("other"), call("ping"), Duration.ZERO)))
                .isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refusal(doors.call(DEVICE, key).invoke(SIBLING, call("ping"), Duration.ZERO)))
                .isInstanceOf(Refusal.Unauthorized.class);
        assertThat(refusal(caller.invoke(DEVICE, call("ping"), Duration.ZERO)))
                .isInstanceOf(Refusal.NotConnected.class);
        assertThat(refusal(caller.invoke(SIBLING, call(" "), Duration.ZERO))).isInstanceOf(Refusal.Invalid.class);
    }

    @Test
    void check_49_a_call_waits_for_its_target_to_listen() throws Exception {
        Caller caller = doors.call(MODULE, moduleKey);
        String siblingKey = doors.module(SIBLING);
        var answer = caller.invoke(SIBLING, call("late"), Duration.ofSeconds(300));

        var client = new FakeClient(1);
        Session sibling = doors.open(SIBLING, token(SIBLING, siblingKey), client);
        await(sibling.subscribe(Feature.METHODS));
        MethodCall asked = client.calls.poll(10, TimeUnit.SECONDS);
        sibling.methodResult(asked.requestId(), new MethodResult(200, new byte[0]));

        assertThat(await(answer).status()).isEqualTo(200);
    }

    @Test
    void a_call_that_is_given_up_is_forgotten() throws Exception {
        Caller caller = doors.call(MODULE, moduleKey);
        String siblingKey = doors.module(SIBLING);
        var client = new FakeClient(1);
        Session sibling = doors.open(SIBLING, token(SIBLING, siblingKey), client);
        await(sibling.subscribe(Feature.METHODS));
        var answer = caller.invoke(SIBLING, call("slow"), Duration.ZERO).toCompletableFuture();
        MethodCall asked = client.calls.poll(10, TimeUnit.SECONDS);

        answer.cancel(false);
        sibling.methodResult(asked.requestId(), new MethodResult(200, new byte[0]));

        assertThat(answer).isCancelled();
        assertThat(client.isConnected()).isTrue();
    }

    private Map<String, String> lastSystemProperties() throws Exception {
        return doors.telemetry
                .read(-1, 10, 1 << 20, Duration.ZERO)
                .events()
                .getLast()
                .message()
                .systemProperties();
    }

    private Credential policy(String name, String resource) throws Exception {
        String policyKey = doors.database.read(
                sql -> sql.one(row -> row.getString(1), "SELECT primary_key FROM policies WHERE name = ?", name)
                        .orElseThrow());
        return new Credential.Token(
                SasToken.parse(SasToken.sign(resource, policyKey, Instant.now().plusSeconds(600), name)));
    }

    private static Credential.Certificate certificate(CertificateAuthority authority, String name) throws Exception {
        return new Credential.Certificate(
                authority.issueClient(name, Duration.ofHours(1)).chain());
    }

    private void assertRefused(IdentityId id, Credential credential) throws Exception {
        assertThat(refusal(doors.devices.open(credential, info(id), new FakeClient(1))))
                .isInstanceOf(Refusal.Unauthorized.class);
    }

    private static Message message(byte[] payload) {
        return new Message(DEVICE, Map.of(), Map.of(), payload);
    }

    private static MethodCall call(String name) {
        return new MethodCall("1", name, "{}".getBytes(), Duration.ofSeconds(30));
    }
}
