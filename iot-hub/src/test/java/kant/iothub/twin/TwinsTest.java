package kant.iothub.twin;

import static kant.iothub.fixture.Parts.asRead;
import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.OptionalLong;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.fixture.Parts;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.IfMatch;
import kant.iothub.registry.Presence;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwinsTest {
    private static final IdentityId DEVICE = IdentityId.device("d");
    private static final IfMatch ANY = new IfMatch.Any();

    @TempDir
    private Path directory;

    private Parts parts;

    @BeforeEach
    void start() throws Exception {
        parts = new Parts(directory);
        parts.registry.putDevice("d", new IfMatch.Absent(), DeviceJson.draft("d", json("{}")));
    }

    @AfterEach
    void stop() throws Exception {
        parts.close();
    }

    @Test
    void a_new_twin_is_empty_with_versions_of_1() throws Exception {
        assertThat(asRead(parts.twins.properties(DEVICE).json()))
                .isEqualTo(json("{'desired':{'$version':1},'reported':{'$version':1}}"));
    }

    @Test
    void a_patch_is_told_as_it_came_with_the_new_version() throws Exception {
        parts.twins.patch(DEVICE, ANY, change("{'properties':{'desired':{'a':1,'b':null}}}"));

        assertThat(parts.told.lines).containsExactly("desired d {\"a\":1,\"b\":null} v2");
    }

    @Test
    void a_replacement_is_told_as_the_difference() throws Exception {
        parts.twins.patch(DEVICE, ANY, change("{'properties':{'desired':{'a':1,'b':1}}}"));

        parts.twins.replace(DEVICE, ANY, change("{'properties':{'desired':{'b':2}}}"));

        assertThat(parts.told.lines.getLast()).isEqualTo("desired d {\"a\":null,\"b\":2} v3");
        assertThat(parts.twins.properties(DEVICE).desired()).isEqualTo(json("{'b':2}"));
    }

    @Test
    void tags_are_the_services_own_and_never_told() throws Exception {
        parts.twins.patch(DEVICE, ANY, change("{'tags':{'site':'x'}}"));

        assertThat(parts.told.lines).isEmpty();
        assertThat(parts.twins.view(DEVICE).json(Presence.Facts.NEVER, 0).path("tags"))
                .isEqualTo(json("{'site':'x'}"));
    }

    @Test
    void another_etag_than_the_twins_is_refused_and_changes_nothing() throws Exception {
        String stale = parts.twins.view(DEVICE).etag();
        parts.twins.patch(DEVICE, new IfMatch.Exactly(stale), change("{'tags':{'a':1}}"));

        assertThatThrownBy(() -> parts.twins.patch(DEVICE, new IfMatch.Exactly(stale), change("{'tags':{'a':2}}")))
                .isInstanceOfSatisfying(
                        HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
        assertThat(parts.twins
                        .view(DEVICE)
                        .json(Presence.Facts.NEVER, 0)
                        .at("/tags/a")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void reports_outlive_the_process() throws Exception {
        parts.twins.report(DEVICE, json("{'a':{'b':1}}"));
        assertThat(parts.twins.report(DEVICE, json("{'a':{'c':2}}"))).isEqualTo(3);
        parts.close();

        parts = new Parts(directory);

        assertThat(parts.twins.properties(DEVICE).reported()).isEqualTo(json("{'a':{'b':1,'c':2}}"));
    }

    @Test
    void a_report_on_a_version_that_is_out_of_date_is_refused_and_changes_nothing() throws Exception {
        assertThat(parts.twins.report(DEVICE, json("{'a':1}"), OptionalLong.of(1)))
                .isEqualTo(2);

        assertThatThrownBy(() -> parts.twins.report(DEVICE, json("{'a':2}"), OptionalLong.of(1)))
                .isInstanceOfSatisfying(
                        HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED))
                .hasMessageContaining("version 2, not 1");

        assertThat(parts.twins.properties(DEVICE).reported()).isEqualTo(json("{'a':1}"));
    }

    @Test
    void a_twin_that_would_grow_too_large_is_refused_whole() throws Exception {
        var large = json("{}");
        for (int i = 0; i < 9; i++) {
            large.put("k" + i, "x".repeat(4000));
        }

        assertThatThrownBy(() -> parts.twins.report(DEVICE, large)).hasMessageContaining("32768 are allowed");
        assertThat(parts.twins.properties(DEVICE).reportedVersion()).isEqualTo(1);
    }

    @Test
    void a_twin_of_nobody_is_refused_by_what_is_missing() {
        assertThatThrownBy(() -> parts.twins.view(IdentityId.device("nobody")))
                .isInstanceOfSatisfying(
                        HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE_NOT_FOUND));
        assertThatThrownBy(() -> parts.twins.view(IdentityId.module("d", "nobody")))
                .isInstanceOfSatisfying(
                        HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODULE_NOT_FOUND));
    }

    private static TwinChange change(String body) throws Exception {
        return TwinChange.parse(json(body));
    }
}
