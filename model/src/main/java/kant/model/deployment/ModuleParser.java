package kant.model.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/** One module's section of a manifest (reference/agent.md §1.2 to §1.4). */
final class ModuleParser {
    private static final Pattern CHUNK = Pattern.compile("createOptions(?<number>[0-9]*)", Pattern.CASE_INSENSITIVE);

    private ModuleParser() {}

    static DesiredModule user(String name, Members module) throws MalformedException {
        if (name.isBlank()) {
            throw new MalformedException(module.pointer(), "a module's name is blank");
        }
        return supervised(name, module, RestartPolicy.ON_UNHEALTHY);
    }

    static DesiredModule edgeHub(Members module) throws MalformedException {
        return supervised(DeploymentManifest.EDGE_HUB, module, RestartPolicy.ALWAYS);
    }

    /** The agent always runs, is always restarted and comes first, whatever the manifest says. */
    static DesiredModule edgeAgent(Members module) throws MalformedException {
        module.ignore("status", "restartPolicy", "startupOrder");
        return spec(DeploymentManifest.EDGE_AGENT, module, RuntimeStatus.RUNNING, RestartPolicy.ALWAYS, 0);
    }

    static void requireDocker(Members section) throws MalformedException {
        String type = section.text("type");
        if (!type.equals(RuntimeSpec.TYPE)) {
            throw new MalformedException(
                    section.pointer("type"), "\"" + type + "\" is not a known type; it must be \"docker\"");
        }
    }

    private static DesiredModule supervised(String name, Members module, RestartPolicy policyIfAbsent)
            throws MalformedException {
        RuntimeStatus status = word(module, "status", RuntimeStatus::parse, "running or stopped", null);
        RestartPolicy policy = word(
                module,
                "restartPolicy",
                RestartPolicy::parse,
                "never, on-failure, on-unhealthy or always",
                policyIfAbsent);
        return spec(name, module, status, policy, startupOrder(module));
    }

    private static DesiredModule spec(
            String name, Members module, RuntimeStatus status, RestartPolicy policy, long startupOrder)
            throws MalformedException {
        requireDocker(module);
        ImagePullPolicy pull = word(
                module, "imagePullPolicy", ImagePullPolicy::parse, "on-create or never", ImagePullPolicy.ON_CREATE);
        Members settings = module.object("settings");
        var spec = new DesiredModule(
                name,
                module.text("version", ""),
                status,
                policy,
                pull,
                startupOrder,
                env(module.objectOrEmpty("env")),
                image(settings),
                createOptions(settings),
                settings.text("digest", null));
        settings.close();
        module.ignore("configuration");
        module.close();
        return spec;
    }

    private static <E> E word(
            Members module, String name, Function<String, Optional<E>> parse, String allowed, @Nullable E ifAbsent)
            throws MalformedException {
        if (ifAbsent != null && !module.has(name)) {
            return ifAbsent;
        }
        String text = module.text(name);
        return parse.apply(text)
                .orElseThrow(() -> new MalformedException(
                        module.pointer(name), "\"" + text + "\" is not known; it must be " + allowed));
    }

    private static long startupOrder(Members module) throws MalformedException {
        JsonNode node = module.find("startupOrder");
        if (node == null) {
            return DesiredModule.DEFAULT_STARTUP_ORDER;
        }
        long order = wholeNumber(node);
        if (order < 0 || order > DesiredModule.DEFAULT_STARTUP_ORDER) {
            throw new MalformedException(
                    module.pointer("startupOrder"),
                    node + " is not a whole number from 0 to " + DesiredModule.DEFAULT_STARTUP_ORDER);
        }
        return order;
    }

    /** The number, -1 where the node is none; a text of digits counts as one. */
    private static long wholeNumber(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? node.longValue() : -1;
        }
        return node.isTextual() && node.textValue().matches("[0-9]{1,10}") ? Long.parseLong(node.textValue()) : -1;
    }

    private static Map<String, String> env(Members env) throws MalformedException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : env.names()) {
            Members entry = env.object(name);
            values.put(name, entry.text("value", ""));
            entry.close();
        }
        return values;
    }

    private static String image(Members settings) throws MalformedException {
        String image = settings.nonBlank("image");
        return ImageReference.normalise(image)
                .orElseThrow(() -> new MalformedException(
                        settings.pointer("image"),
                        "\"" + image
                                + "\" is not an image name; write repository/name:tag, or repository/name@sha256:… "
                                + "without a tag"));
    }

    private static CreateOptions createOptions(Members settings) throws MalformedException {
        List<String> chunks = settings.names().stream()
                .filter(n -> CHUNK.matcher(n).matches())
                .sorted(String.CASE_INSENSITIVE_ORDER)
                .toList();
        var text = new StringBuilder();
        for (int i = 0; i < chunks.size(); i++) {
            requireNumber(settings, chunks.get(i), i);
            JsonNode node = settings.find(chunks.get(i));
            text.append(
                    node == null || node.isNull() ? "" : node.isTextual() ? node.textValue() : JsonText.write(node));
        }
        try {
            return CreateOptions.parse(text.toString());
        } catch (JsonProcessingException e) {
            throw new MalformedException(
                    settings.pointer(CreateOptions.MEMBER),
                    "the text is not JSON at character " + e.getLocation().getCharOffset() + ": "
                            + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new MalformedException(settings.pointer(CreateOptions.MEMBER), String.valueOf(e.getMessage()));
        }
    }

    private static void requireNumber(Members settings, String chunk, int expected) throws MalformedException {
        String digits = chunk.substring(CreateOptions.MEMBER.length());
        boolean inPlace = expected == 0 ? digits.isEmpty() : digits.matches("0*" + expected);
        if (!inPlace || expected >= CreateOptions.MAX_CHUNKS) {
            throw new MalformedException(
                    settings.pointer(chunk),
                    "chunks must be createOptions, createOptions01, createOptions02 … without gaps, at most "
                            + CreateOptions.MAX_CHUNKS);
        }
    }
}
