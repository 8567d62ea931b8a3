package kant.protocol.amqp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.amqp.wire.Address.Kind;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.junit.jupiter.api.Test;

/** Addresses and error conditions. */
class AddressTest {

    @Test
    void what_is_written_is_read() throws RefusedException {
        for (IdentityId identity : List.of(
                IdentityId.device("dev1"), IdentityId.device("a %#:'ß"), IdentityId.module("edge1", "$edgeHub"))) {
            for (Kind kind : List.of(Kind.EVENTS, Kind.DEVICE_BOUND, Kind.METHODS, Kind.TWIN)) {
                Address address = Address.of(kind, identity);
                assertThat(Address.parse(address.text())).isEqualTo(address);
            }
        }
        for (Kind kind : List.of(Kind.CBS, Kind.SERVICE_DEVICE_BOUND, Kind.FEEDBACK)) {
            assertThat(Address.parse(new Address(kind, null).text()).kind()).isEqualTo(kind);
        }
    }

    @Test
    void an_address_is_absolute_or_a_path_in_any_case() throws RefusedException {
        Address module = Address.of(Kind.DEVICE_BOUND, IdentityId.module("d", "m"));

        for (String text : List.of(
                "/devices/d/modules/m/messages/deviceBound",
                "devices/d/modules/m/messages/devicebound",
                "amqps://host.name:5671/Devices/d/Modules/m/Messages/DEVICEBOUND",
                "/devices/%64/modules/%6D/messages/devicebound")) {
            assertThat(Address.parse(text)).isEqualTo(module);
        }
        assertThat(Address.parse("amqps://host/$cbs").kind()).isEqualTo(Kind.CBS);
        assertThat(Address.parse("/$cbs").kind()).isEqualTo(Kind.CBS);
        assertThat(Address.parse("/messages/serviceBound/feedback").kind()).isEqualTo(Kind.FEEDBACK);
        assertThat(Address.parse("/devices/modules/twin"))
                .isEqualTo(Address.of(Kind.TWIN, IdentityId.device("modules")));
    }

    @Test
    void what_leads_nowhere_is_refused() {
        for (String text : List.of(
                "",
                "/",
                "amqps://host",
                "/devices/d",
                "/devices//twin",
                "/devices/d%2Fm/twin",
                "/devices/%zz/twin",
                "/devices/d/modules/m",
                "/devices/d/twin/more",
                "/messages/events",
                "x".repeat(3000))) {
            assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(RefusedException.class);
        }
        assertThatThrownBy(() -> Address.parse(null)).isInstanceOf(RefusedException.class);
    }

    @Test
    void refusals_come_back_as_themselves() {
        for (Refusal refusal : List.of(
                new Refusal.Unauthorized("x"),
                new Refusal.NotFound("x"),
                new Refusal.Invalid("x"),
                new Refusal.PreconditionFailed("x"),
                new Refusal.TooLarge("x"),
                new Refusal.StoreFull("x"),
                new Refusal.LimitExceeded("x"),
                new Refusal.TimedOut("x"),
                new Refusal.Unavailable("x"))) {
            ErrorCondition condition = Conditions.of(refusal);
            assertThat(Conditions.refusal(condition)).isInstanceOf(refusal.getClass());
            assertThat(condition.getDescription()).isEqualTo("x");
        }
        assertThat(Conditions.refusal(null)).isInstanceOf(Refusal.Unavailable.class);
    }
}
