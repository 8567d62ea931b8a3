package kant.iothub.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import kant.iothub.error.HubRefusedException;
import kant.iothub.fixture.HandTime;
import kant.iothub.sql.Database;
import kant.model.auth.SasToken;
import kant.world.Randomness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
    private static final String HOST = "hub.kant.test";

    @TempDir
    private Path directory;

    private final HandTime time = new HandTime();
    private Database database;
    private Policies policies;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(directory.resolve("hub.db"));
        policies = Policies.open(database, HOST, time, Randomness.secure());
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "iothubowner, true, true, true, true",
        "service, false, false, true, false",
        "device, false, false, false, true",
        "registryRead, true, false, false, false",
        "registryReadWrite, true, true, false, false"
    })
    void each_policy_has_its_rights(String name, boolean read, boolean write, boolean service, boolean device)
            throws Exception {
        SasToken token = token(HOST, name);

        assertThat(isAllowed(token, Right.REGISTRY_READ)).isEqualTo(read);
        assertThat(isAllowed(token, Right.REGISTRY_WRITE)).isEqualTo(write);
        assertThat(isAllowed(token, Right.SERVICE_CONNECT)).isEqualTo(service);
        assertThat(isAllowed(token, Right.DEVICE_CONNECT)).isEqualTo(device);
    }

    @Test
    void keys_stay_as_they_are() throws Exception {
        Policies again = Policies.open(database, HOST, time, Randomness.secure());

        assertThat(again.owner().primaryKey()).isEqualTo(policies.owner().primaryKey());
        assertThat(again.owner().toString()).doesNotContain(again.owner().primaryKey());
    }

    @ParameterizedTest
    @CsvSource({
        "hub.kant.test, true",
        "HUB.kant.test, true",
        "hub.kant.test/devices, true",
        "hub.kant.test/devices/D, true",
        "hub.kant.test/devices/dd, false",
        "hub.kant.test/devices/d/modules/m, false",
        "other.kant.test, false"
    })
    void a_token_covers_what_is_below_its_path(String resource, boolean allowed) throws Exception {
        assertThat(isAllowed(token(resource, "device"), Right.DEVICE_CONNECT)).isEqualTo(allowed);
    }

    @Test
    void a_token_ends_and_a_name_that_is_no_policy_is_refused() throws Exception {
        SasToken token = token(HOST, "service");
        SasToken unknown = SasToken.parse(
                SasToken.sign(HOST, policies.owner().primaryKey(), time.now().plusSeconds(60), "nobody"));

        time.pass(Duration.ofMinutes(6));
        assertThatCode(() -> policies.check(token, "/devices/d", Right.SERVICE_CONNECT))
                .as("within the skew")
                .doesNotThrowAnyException();
        time.pass(Duration.ofMinutes(1));

        assertThatThrownBy(() -> policies.check(token, "/devices/d", Right.SERVICE_CONNECT))
                .hasMessageContaining("expired");
        assertThatThrownBy(() -> policies.check(unknown, "/devices/d", Right.SERVICE_CONNECT))
                .hasMessageContaining("nobody");
    }

    private boolean isAllowed(SasToken token, Right right) {
        try {
            policies.check(token, "/devices/d", right);
            return true;
        } catch (HubRefusedException _) {
            return false;
        }
    }

    /** One that ends in a minute and a half. */
    private SasToken token(String resource, String policy) throws Exception {
        String key = database.read(
                sql -> sql.one(row -> row.getString(1), "SELECT secondary_key FROM policies WHERE name = ?", policy)
                        .orElseThrow());
        return SasToken.parse(SasToken.sign(resource, key, time.now().plusSeconds(90), policy));
    }
}
