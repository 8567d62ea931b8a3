package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import kant.model.identity.IdentityId;
import kant.protocol.head.ProtocolViolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** reference/device-protocols.md §1.2. */
class UsernameTest {

    @Test
    void what_is_written_is_read() throws Exception {
        var name = new Username(
                IdentityId.module("d", "$edgeHub"),
                "2020-09-30",
                "kant/0.1 (Linux; x)",
                "dtmi:a:b;1",
                List.of(IdentityId.device("leaf"), IdentityId.module("d", "$edgeHub")));

        assertThat(Username.parse(name.text("hub.kant.test"))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hub/d/?api-version=2018-06-30",
                "hub/d/api-version=2018-06-30&DeviceClientType=c%2F1",
                "hub.kant.test:8883/d/?DeviceClientType=x&api-version=2021-04-12&api-version="
            })
    void every_form_of_a_devices_name_is_read(String text) throws Exception {
        assertThat(Username.parse(text).identity()).isEqualTo(IdentityId.device("d"));
    }

    @Test
    void the_first_module_clients_name_is_read() throws Exception {
        assertThat(Username.parse("hub/d/m/api-version=2017-06-30/"
                                + "DeviceClientType=Microsoft.Azure.Devices.Client/1.5.1-preview-003")
                        .identity())
                .isEqualTo(IdentityId.module("d", "m"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hub",
                "hub/d",
                "hub/d/",
                "hub/d/m",
                "hub/d/m/x/?api-version=1",
                "hub/d/?DeviceClientType=x",
                "hub/d/?api-version=",
                "hub//?api-version=1",
                "hub/d//?api-version=1",
                "hub/d/?api-version=%zz"
            })
    void anything_else_is_a_violation(String text) {
        assertThatThrownBy(() -> Username.parse(text)).isInstanceOf(ProtocolViolation.class);
    }
}
