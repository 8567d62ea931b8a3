package kant.daemonapi.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.daemonapi.Fields;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * What a module is to be run from. Its text form names the module and the image only: the environment may hold secrets.
 *
 * @param name the container's name, without {@code $}
 * @param type {@code docker}, whichever engine runs it
 * @param createOptions as the manifest gives them, unknown members included
 * @param digest pins the image's content; null where nothing is pinned
 * @param env in the order given; a name stands once
 */
public record ModuleSpec(
        String name,
        String type,
        PullPolicy pullPolicy,
        String image,
        ObjectNode createOptions,
        @Nullable RegistryAuth auth,
        @Nullable String digest,
        Map<String, String> env) {

    /** The only module type there is. */
    public static final String DOCKER = "docker";

    public ModuleSpec {
        createOptions = createOptions.deepCopy();
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }

    /** A spec with the defaults: pulled at create, no credentials, nothing pinned. */
    public static ModuleSpec of(String name, String image, ObjectNode createOptions, Map<String, String> env) {
        return new ModuleSpec(name, DOCKER, PullPolicy.ON_CREATE, image, createOptions, null, null, env);
    }

    /** The same with this environment. */
    public ModuleSpec withEnv(Map<String, String> newEnv) {
        return new ModuleSpec(name, type, pullPolicy, image, createOptions, auth, digest, newEnv);
    }

    /** The same with these create options. */
    public ModuleSpec withCreateOptions(ObjectNode options) {
        return new ModuleSpec(name, type, pullPolicy, image, options, auth, digest, env);
    }

    /** The same with this pull policy. */
    public ModuleSpec withPullPolicy(PullPolicy policy) {
        return new ModuleSpec(name, type, policy, image, createOptions, auth, digest, env);
    }

    /** The same with these credentials. */
    public ModuleSpec withAuth(RegistryAuth credentials) {
        return new ModuleSpec(name, type, pullPolicy, image, createOptions, credentials, digest, env);
    }

    /** Reads the body of {@code POST /modules} and {@code PUT /modules/{m}}. */
    public static ModuleSpec parse(JsonNode json) throws RefusedException {
        JsonNode config = Fields.object(json, "config");
        JsonNode settings = Fields.object(config, "settings");
        return new ModuleSpec(
                Fields.text(json, "name"),
                Fields.text(json, "type"),
                PullPolicy.parse(Fields.textOrNull(json, "imagePullPolicy")),
                Fields.text(settings, "image"),
                Fields.object(settings, "createOptions"),
                RegistryAuth.parse(settings.get("auth")),
                Fields.textOrNull(settings, "digest"),
                env(config.path("env")));
    }

    /** The inverse of {@link #parse}. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name).put("type", type).put("imagePullPolicy", pullPolicy.text());
        json.set("config", configJson());
        return json;
    }

    /** The {@code config} member alone, as answers echo it; without the credentials. */
    ObjectNode configEcho() {
        ObjectNode config = configJson();
        config.withObject("settings").remove("auth");
        return config;
    }

    private ObjectNode configJson() {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        ObjectNode settings = config.putObject("settings");
        settings.put("image", image);
        settings.set("createOptions", createOptions.deepCopy());
        if (auth != null) {
            settings.set("auth", auth.toJson());
        }
        if (digest != null) {
            settings.put("digest", digest);
        }
        var list = config.putArray("env");
        env.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
        return config;
    }

    private static Map<String, String> env(JsonNode list) throws RefusedException {
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode entry : list) {
            String key = Fields.text(entry, "key");
            String value = Fields.textOrNull(entry, "value");
            if (env.put(key, value == null ? "" : value) != null) {
                throw new RefusedException(new Refusal.Invalid("duplicate env var key: " + key));
            }
        }
        return env;
    }

    @Override
    public String toString() {
        return "ModuleSpec[" + name + ", " + image + "]";
    }
}
