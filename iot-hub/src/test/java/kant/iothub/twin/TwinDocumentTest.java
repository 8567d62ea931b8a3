package kant.iothub.twin;

import static kant.iothub.fixture.Parts.asRead;
import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import kant.iothub.json.Json;
import org.junit.jupiter.api.Test;

class TwinDocumentTest {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:01Z");
    private static final Instant SECOND = Instant.parse("2026-01-01T00:00:02Z");
    private static final TwinDocument NEW = new TwinDocument(
            1,
            1,
            "",
            Json.object(),
            new TwinSection(Json.object(), Json.object(), 1),
            new TwinSection(Json.object(), Json.object(), 1));

    @Test
    void a_patch_merges_objects_replaces_values_and_deletes_with_null() throws Exception {
        TwinDocument twin = NEW.patched(change("{'properties':{'desired':{'a':{'b':1,'c':[1]},'d':'x'}}}"), FIRST);

        TwinDocument after = twin.patched(change("{'properties':{'desired':{'a':{'b':2,'c':null},'d':null}}}"), SECOND);

        assertThat(after.desired().values()).isEqualTo(json("{'a':{'b':2}}"));
        assertThat(after.desired().version()).isEqualTo(3);
    }

    @Test
    void metadata_say_when_and_with_which_version_each_property_and_each_object_above_it_changed() throws Exception {
        TwinDocument twin = NEW.patched(change("{'properties':{'desired':{'a':{'b':1,'c':1},'d':1}}}"), FIRST);

        TwinDocument after = twin.patched(change("{'properties':{'desired':{'a':{'b':2}}}}"), SECOND);

        String old = "'$lastUpdated':'2026-01-01T00:00:01Z','$lastUpdatedVersion':2";
        String recent = "'$lastUpdated':'2026-01-01T00:00:02Z','$lastUpdatedVersion':3";
        assertThat(asRead(after.desired().metadata()))
                .isEqualTo(json("{" + recent + ",'a':{" + recent + ",'b':{" + recent + "},'c':{" + old + "}},'d':{"
                        + old + "}}"));
    }

    @Test
    void metadata_of_reported_properties_have_no_versions_and_forget_what_is_deleted() throws Exception {
        TwinDocument twin = NEW.reported(json("{'a':1,'b':1}"), FIRST);

        TwinDocument after = twin.reported(json("{'a':null}"), SECOND);

        assertThat(asRead(after.reported().json()))
                .isEqualTo(json("{'b':1,'$metadata':{'$lastUpdated':'2026-01-01T00:00:02Z',"
                        + "'b':{'$lastUpdated':'2026-01-01T00:00:01Z'}},'$version':3}"));
        assertThat(after.etag()).as("a report does not change the etag").isEqualTo(NEW.etag());
        assertThat(after.version()).isEqualTo(3);
    }

    @Test
    void a_whole_replacement_becomes_the_patch_that_leads_there() throws Exception {
        TwinDocument twin = NEW.patched(
                change("{'tags':{'x':1},'properties':{'desired':{'keep':1,'gone':1,'deep':{'gone':1,'new':1}}}}"),
                FIRST);

        TwinChange patch = twin.changeTo(json("{'y':1}"), json("{'keep':1,'deep':{'new':2},'ignored':null}"));

        assertThat(patch.tags()).isEqualTo(json("{'x':null,'y':1}"));
        assertThat(patch.desired()).isEqualTo(json("{'gone':null,'deep':{'gone':null,'new':2}}"));
    }

    @Test
    void nothing_asked_changes_nothing() throws Exception {
        TwinChange allNull = change("{'tags':null,'etag':null,'properties':{'desired':null,'reported':null}}");

        assertThat(NEW.patched(allNull, FIRST)).isSameAs(NEW);
    }

    @Test
    void what_the_hub_adds_to_a_section_is_left_out_of_what_a_service_sends_back() throws Exception {
        TwinDocument twin =
                NEW.patched(change("{'properties':{'desired':{'a':1,'$version':7,'$metadata':{'a':{}}}}}"), FIRST);

        assertThat(twin.desired().values()).isEqualTo(json("{'a':1}"));
        assertThat(twin.desired().version()).isEqualTo(2);
    }

    private static TwinChange change(String body) throws Exception {
        return TwinChange.parse(json(body));
    }
}
