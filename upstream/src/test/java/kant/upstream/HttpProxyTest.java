package kant.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HttpProxyTest {

    @Test
    void the_usual_forms_are_read() {
        assertThat(HttpProxy.parse("http://proxy.test:3128", null).port()).isEqualTo(3128);
        assertThat(HttpProxy.parse("proxy.test:3128", null).host()).isEqualTo("proxy.test");
        assertThat(HttpProxy.parse("http://proxy.test", null).port()).isEqualTo(80);
        HttpProxy full = HttpProxy.parse("http://a%40b:p%3Aw@proxy.test:1", null);
        assertThat(full.user()).isEqualTo("a@b");
        assertThat(full.password()).isEqualTo("p:w");
    }

    @Test
    void what_is_malformed_is_refused_without_showing_it() {
        for (String bad :
                new String[] {"http://u:secret@:1", "http://u:secret@host name", "socks://u:secret@proxy.test"}) {
            assertThatThrownBy(() -> HttpProxy.parse(bad, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("https_proxy")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void exceptions_are_names_domains_or_everything() {
        HttpProxy proxy = HttpProxy.parse("proxy.test", "localhost, .plant.local,*.other.test,kant.test");

        assertThat(proxy.appliesTo("hub.example.com")).isTrue();
        assertThat(proxy.appliesTo("localhost")).isFalse();
        assertThat(proxy.appliesTo("Edge.Plant.Local")).isFalse();
        assertThat(proxy.appliesTo("a.other.test")).isFalse();
        assertThat(proxy.appliesTo("hub.kant.test")).isFalse();
        assertThat(proxy.appliesTo("notkant.test")).isTrue();
        assertThat(HttpProxy.parse("proxy.test", "*").appliesTo("hub.example.com"))
                .isFalse();
    }
}
