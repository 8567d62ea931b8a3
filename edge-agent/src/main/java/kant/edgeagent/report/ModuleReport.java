package kant.edgeagent.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.Labels;
import kant.edgeagent.plan.ModuleMemory;
import kant.edgeagent.plan.Supervision;
import kant.edgeagent.report.DeviceView.Trouble;
import kant.model.deployment.CreateOptions;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.ImagePullPolicy;
import kant.model.deployment.RuntimeSpec;
import kant.model.deployment.RuntimeStatus;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/** One module's part of the reported properties. */
final class ModuleReport {
    private static final String NEVER = "0001-01-01T00:00:00Z";
    /** Said by the agent alone: no engine has a module whose image is not there. */
    private static final String DOWNLOADING = "downloading";

    private final Supervision supervision;

    ModuleReport(Supervision supervision) {
        this.supervision = supervision;
    }

    /** A user module or the hub: the wish as applied, the state as the engine has it. */
    ObjectNode supervised(String name, DeviceView view) {
        DesiredModule wish =
                view.applied() == null ? null : view.applied().modules().get(name);
        CurrentModule now = view.current().get(name);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", RuntimeSpec.TYPE);
        if (wish == null) {
            putStranger(json, now);
        } else {
            putWish(json, wish, now);
        }
        putRun(json, now);
        putRestarts(json, now, view.memories().of(name));
        if (view.downloading().contains(name)) {
            putDownloading(json, wish, now, view.memories().of(name));
        } else {
            putStatus(json, wish, now, view.memories().of(name), view.troubles().get(name));
        }
        return json;
    }

    /** The agent: all from its container's labels, for no one else can say what it was made from. */
    ObjectNode agent(DeviceView view) {
        CurrentModule now = view.current().get(DeploymentManifest.EDGE_AGENT);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", RuntimeSpec.TYPE);
        json.put("startupOrder", 0).put("imagePullPolicy", ImagePullPolicy.ON_CREATE.word());
        json.set("env", now == null ? JsonNodeFactory.instance.objectNode() : labelledJson(now, Labels.ENV));
        putRun(json, now);
        json.put("runtimeStatus", (now == null ? RuntimeStatus.UNKNOWN : now.status()).word());
        if (now != null) {
            ObjectNode options = JsonNodeFactory.instance.objectNode();
            ObjectNode labels = options.putObject("Labels");
            now.labels().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(l -> labels.put(l.getKey(), l.getValue()));
            putSettings(json, now.image(), now, CreateOptions.of(options), null);
        }
        return json;
    }

    private static void putWish(ObjectNode json, DesiredModule wish, @Nullable CurrentModule now) {
        if (!DesiredModule.isSystem(wish.name())) {
            json.put("version", wish.version());
        }
        json.put("status", wish.status().word())
                .put("restartPolicy", wish.restartPolicy().word())
                .put("imagePullPolicy", wish.imagePullPolicy().word());
        if (wish.startupOrder() != DesiredModule.DEFAULT_STARTUP_ORDER) {
            json.set("startupOrder", Numbers.whole(wish.startupOrder()));
        }
        json.set("env", wish.envJson());
        putSettings(json, now == null ? wish.image() : now.image(), now, wish.createOptions(), wish.digest());
    }

    /** A module that nobody wished for, on its way out. */
    private static void putStranger(ObjectNode json, @Nullable CurrentModule now) {
        json.put("status", RuntimeStatus.UNKNOWN.word()).putObject("env");
        putSettings(json, now == null ? "unknown" : now.image(), now, CreateOptions.none(), null);
    }

    private static void putSettings(
            ObjectNode json,
            String image,
            @Nullable CurrentModule now,
            CreateOptions options,
            @Nullable String digest) {
        ObjectNode settings = json.putObject("settings").put("image", image);
        if (now != null && now.imageHash() != null) {
            settings.put("imageHash", now.imageHash());
        }
        options.chunks().forEach(settings::put);
        if (digest != null) {
            settings.put("digest", digest);
        }
    }

    private static void putRun(ObjectNode json, @Nullable CurrentModule now) {
        CurrentModule.Exit exit = now == null ? null : now.exit();
        json.put("exitCode", exit == null ? 0 : exit.code())
                .put("lastStartTimeUtc", text(now == null ? null : now.startTime()))
                .put("lastExitTimeUtc", text(exit == null ? null : exit.time()));
    }

    private static void putRestarts(ObjectNode json, @Nullable CurrentModule now, ModuleMemory memory) {
        CurrentModule.Exit exit = now == null ? null : now.exit();
        Instant last = memory.lastRestart() != null ? memory.lastRestart() : exit == null ? null : exit.time();
        json.put("restartCount", memory.restarts()).put("lastRestartTimeUtc", text(last));
    }

    private void putStatus(
            ObjectNode json,
            @Nullable DesiredModule wish,
            @Nullable CurrentModule now,
            ModuleMemory memory,
            @Nullable Trouble trouble) {
        if (trouble != null) {
            json.put("statusDescription", trouble.message());
        } else if (now != null && now.description() != null) {
            json.put("statusDescription", now.description());
        }
        json.put("runtimeStatus", status(wish, now, memory, trouble).word());
    }

    /** A module that is there goes on as it was while its next image comes. */
    private void putDownloading(
            ObjectNode json, @Nullable DesiredModule wish, @Nullable CurrentModule now, ModuleMemory memory) {
        json.put("statusDescription", "its image is being fetched");
        json.put(
                "runtimeStatus",
                now == null ? DOWNLOADING : status(wish, now, memory, null).word());
    }

    private RuntimeStatus status(
            @Nullable DesiredModule wish, @Nullable CurrentModule now, ModuleMemory memory, @Nullable Trouble trouble) {
        if (now == null) {
            return trouble != null && !trouble.givenUp() ? RuntimeStatus.BACKOFF : RuntimeStatus.FAILED;
        }
        return wish == null ? now.status() : supervision.status(wish, now, memory);
    }

    private static JsonNode labelledJson(CurrentModule now, String label) {
        try {
            JsonNode json = JsonText.read(now.label(label).orElse("{}"));
            return json.isObject() ? json : JsonNodeFactory.instance.objectNode();
        } catch (JsonProcessingException _) {
            return JsonNodeFactory.instance.objectNode(); // a label that others wrote; there is nothing better to say
        }
    }

    /** Seven fraction digits are what tools read at most. */
    private static String text(@Nullable Instant time) {
        return time == null ? NEVER : time.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
