package kant.iothub.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kant.iothub.query.Select.Columns;
import kant.iothub.query.Select.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParserTest {

    @Test
    void all_devices_and_all_modules() throws Exception {
        assertThat(QueryParser.query("SELECT * FROM devices"))
                .isEqualTo(new Select(new Columns.All(), Integer.MAX_VALUE, Source.DEVICES, null));
        assertThat(QueryParser.query("  select top 5 *\n from devices.modules ; "))
                .isEqualTo(new Select(new Columns.All(), 5, Source.MODULES, null));
    }

    @Test
    void what_is_looked_for_is_known_where_it_is_said_so() throws Exception {
        Select select = QueryParser.query("SELECT * FROM devices.modules"
                + " WHERE (moduleId='$edgeAgent' AND version > 1) AND 'it''s' = deviceId");

        assertThat(select.only(Field.MODULE_ID)).isEqualTo("$edgeAgent");
        assertThat(select.only(Field.DEVICE_ID)).isEqualTo("it's");
        assertThat(QueryParser.query("SELECT * FROM devices WHERE deviceId = 'a' OR deviceId = 'b'")
                        .only(Field.DEVICE_ID))
                .isNull();
        assertThat(QueryParser.query("SELECT * FROM devices WHERE NOT deviceId = 'a'")
                        .only(Field.DEVICE_ID))
                .isNull();
    }

    @Test
    void columns_have_their_last_name_or_another() throws Exception {
        var some =
                (Columns.Some) QueryParser.query("SELECT deviceId, tags.place AS p, properties.reported.x FROM devices")
                        .columns();

        assertThat(some.columns()).extracting(Select.Column::name).containsExactly("deviceId", "p", "x");
        assertThat(QueryParser.query("select count() as n from devices").columns())
                .isEqualTo(new Columns.Count("n"));
        assertThat(QueryParser.query("select COUNT(*) from devices").columns()).isEqualTo(new Columns.Count("$1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                          | expected SELECT
            SELECT FROM devices                                         | neither an attribute
            SELECT * FROM                                               | expected devices
            SELECT * FROM devices.jobs                                  | and no jobs
            SELECT * FROM devices WHERE                                 | expected a value
            SELECT * FROM devices WHERE deviceId = 'a' AND              | found the end
            SELECT * FROM devices WHERE deviceId = 'a                   | no closing quote
            SELECT * FROM devices WHERE moduleId = 'a'                  | query devices.modules
            SELECT * FROM devices ORDER BY deviceId                     | WHERE or the end
            SELECT TOP 0 * FROM devices                                 | whole number
            SELECT TOP x * FROM devices                                 | whole number
            SELECT status, COUNT() FROM devices GROUP BY status         | neither an attribute
            SELECT COUNT(), status FROM devices                         | groups are not offered
            SELECT deviceId AS FROM devices                             | expected FROM
            """)
    void everything_else_is_refused_in_so_many_words(String text, String reason) {
        assertThatThrownBy(() -> QueryParser.query(text))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining(reason);
    }
}
