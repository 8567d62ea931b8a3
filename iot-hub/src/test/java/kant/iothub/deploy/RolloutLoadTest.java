package kant.iothub.deploy;

import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import kant.iothub.fixture.Parts;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.IfMatch;
import kant.iothub.twin.TwinChange;
import kant.model.identity.IdentityId;
import kant.testkit.sim.SimTasks;
import kant.world.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A configuration for all of many devices, and somebody else who writes meanwhile. For the figures in docs/compatibility.md:
 * {@code JAVA_TOOL_OPTIONS=-Dkant.rollout.devices=10000}.
 */
class RolloutLoadTest {
    private static final int USUAL_DEVICES = 300;
    private static final int DEVICES = Integer.getInteger("kant.rollout.devices", USUAL_DEVICES);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    @Test
    void others_write_while_a_configuration_reaches_all_devices() throws Exception {
        try (var parts = new Parts(directory)) {
            for (int i = 0; i < DEVICES; i++) {
                String id = "edge-" + i;
                parts.registry.putDevice(
                        id, new IfMatch.Absent(), DeviceJson.draft(id, json("{'capabilities':{'iotEdge':true}}")));
            }
            parts.tasks.run();
            var tasks = new SimTasks(); // with a clock that goes, for a transaction to know how long it takes
            new Rollout(parts.database, parts.twins, parts.search, parts.deployer, tasks, Time.system())
                    .start(parts.evaluations);
            parts.registry.putDevice("other", new IfMatch.Absent(), DeviceJson.draft("other", json("{}")));

            measure(parts, tasks, "base for all", () -> create(parts, "base", 1, "*", """
                    '$edgeAgent':{'properties.desired':{'modules':{'a':{'v':1},'b':{'v':1}}}},
                    '$edgeHub':{'properties.desired':{'routes':{'up':'FROM /* INTO $upstream'}}},
                    'a':{'properties.desired':{'n':1}}"""));
            measure(
                    parts,
                    tasks,
                    "layer for all",
                    () -> create(parts, "layer", 2, "*", "'a':{'properties.desired.m':2}"));
            measure(
                    parts,
                    tasks,
                    "layer for one",
                    () -> create(parts, "one", 3, "deviceId = `edge-7`", "'a':{'properties.desired.m':3}"));
            measure(parts, tasks, "layer deleted", () -> parts.configurations.delete("layer", new IfMatch.Absent()));
            long before = System.nanoTime();
            var metrics = parts.metrics.of(parts.configurations.get("base"));
            print("metrics", "%d ms".formatted(millisSince(before)));

            assertThat(metrics.system()).containsEntry("appliedCount", (long) DEVICES);
            assertThat(metrics.custom()).containsEntry("m", (long) DEVICES);
        }
    }

    private static void measure(Parts parts, SimTasks tasks, String what, Step step) throws Exception {
        long begin = System.nanoTime();
        step.run();
        long put = millisSince(begin);
        Thread rollout = Thread.ofPlatform().start(tasks::run);
        long longest = 0;
        int writes = 0;
        do {
            long before = System.nanoTime();
            parts.twins.patch(
                    IdentityId.device("other"), new IfMatch.Absent(), TwinChange.parse(json("{'tags':{'n':1}}")));
            longest = Math.max(longest, millisSince(before));
            writes++;
        } while (!rollout.join(Duration.ofMillis(1)));
        print(
                what,
                "request %d ms, rollout %d ms, %d other writes meanwhile, the slowest %d ms"
                        .formatted(put, millisSince(begin), writes, longest));
        assertThat(Duration.ofMillis(longest)).isLessThan(LONGEST_WAIT);
    }

    private static void create(Parts parts, String id, int priority, String target, String modules) throws Exception {
        parts.configurations.put(id, new IfMatch.Absent(), json("""
                {'priority':%d,'targetCondition':'%s','content':{'modulesContent':{%s}},
                 'metrics':{'queries':{'m':'SELECT * FROM devices.modules WHERE moduleId = `$edgeAgent`'}}}""".formatted(priority, target, modules)));
    }

    private static void print(String what, String figures) {
        if (DEVICES > USUAL_DEVICES) {
            System.out.println(DEVICES + " devices, " + what + ": " + figures);
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private interface Step {
        void run() throws Exception;
    }
}
