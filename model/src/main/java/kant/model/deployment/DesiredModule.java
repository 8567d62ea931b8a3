package kant.model.deployment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * One module as a manifest wants it.
 *
 * @param name the engine's name for it: {@code edgeAgent}, {@code edgeHub}, or the key under {@code modules}
 * @param version a free label; a change of it alone recreates the module
 * @param startupOrder 0 … {@link #DEFAULT_STARTUP_ORDER}; lower starts earlier
 * @param env names to values in the manifest's order
 * @param image trimmed and with a tag or digest
 * @param digest the image's digest that a content-trust pull must find; null where none is given
 */
public record DesiredModule(
        String name,
        String version,
        RuntimeStatus status,
        RestartPolicy restartPolicy,
        ImagePullPolicy imagePullPolicy,
        long startupOrder,
        Map<String, String> env,
        String image,
        CreateOptions createOptions,
        @Nullable String digest) {

    /** What a module without {@code startupOrder} has: last, together with all others that have none. */
    public static final long DEFAULT_STARTUP_ORDER = 4_294_967_295L;

    public DesiredModule {
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }

    /** The same module from another image. */
    public DesiredModule withImage(String otherImage) {
        return new DesiredModule(
                name,
                version,
                status,
                restartPolicy,
                imagePullPolicy,
                startupOrder,
                env,
                otherImage,
                createOptions,
                digest);
    }

    /** The identity's id in the registry: the two system modules have a {@code $} before their names. */
    public String moduleId() {
        return isSystem(name) ? "$" + name : name;
    }

    /** Whether this is the agent's or the hub's name. */
    public static boolean isSystem(String name) {
        return name.equals(DeploymentManifest.EDGE_AGENT) || name.equals(DeploymentManifest.EDGE_HUB);
    }

    /**
     * Everything that makes the module what it is, except the status wished for, as JSON with sorted keys: two specs with
     * the same text need no recreation.
     */
    public String canonicalText() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("image", image)
                .put("version", version)
                .put("restartPolicy", restartPolicy.word())
                .put("imagePullPolicy", imagePullPolicy.word())
                .put("startupOrder", startupOrder)
                .put("digest", digest);
        json.set("env", envJson());
        json.set("createOptions", createOptions.json());
        return JsonText.writeSorted(json);
    }

    /** {@code {"NAME":{"value":"…"}}} as in a twin. */
    public ObjectNode envJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        env.forEach((key, value) -> json.putObject(key).put("value", value));
        return json;
    }

    /** Names and image only: environment and create options may hold secrets. */
    @Override
    public String toString() {
        return "DesiredModule[" + name + ", " + status.word() + ", " + image + "]";
    }
}
