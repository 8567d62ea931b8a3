package kant.daemonapi.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.daemonapi.Fields;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A module as the daemon lists it.
 *
 * @param image as the spec named it
 * @param imageHash the engine's id of the image; null where the engine has none
 * @param config the whole {@code config} member; on reads only labels survive from the create options
 */
public record ModuleDetails(
        String name, String type, String image, @Nullable String imageHash, ObjectNode config, ModuleStatus status) {

    public ModuleDetails {
        config = config.deepCopy();
    }

    /** As a read answers: labels only. */
    public static ModuleDetails read(
            String name, String image, @Nullable String imageHash, ObjectNode labels, ModuleStatus status) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        ObjectNode settings = config.putObject("settings").put("image", image);
        if (imageHash != null) {
            settings.put("imageHash", imageHash);
        }
        settings.putObject("createOptions").set("Labels", labels);
        config.putArray("env");
        return new ModuleDetails(name, ModuleSpec.DOCKER, image, imageHash, config, status);
    }

    /** As a create or update answers: the request's config, without its credentials. */
    public static ModuleDetails echo(ModuleSpec spec, ModuleStatus status) {
        return new ModuleDetails(spec.name(), spec.type(), spec.image(), null, spec.configEcho(), status);
    }

    public static ModuleDetails parse(JsonNode json) throws RefusedException {
        ObjectNode config = Fields.object(json, "config");
        JsonNode settings = Fields.object(config, "settings");
        return new ModuleDetails(
                Fields.text(json, "name"),
                Fields.text(json, "type"),
                Fields.text(settings, "image"),
                Fields.textOrNull(settings, "imageHash"),
                config,
                ModuleStatus.parse(Fields.object(json, "status")));
    }

    /** A label of the module; null where it has none of that name. */
    public @Nullable String label(String labelName) {
        JsonNode label =
                config.path("settings").path("createOptions").path("Labels").path(labelName);
        return label.isTextual() ? label.textValue() : null;
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", "id").put("name", name).put("type", type);
        json.set("config", config.deepCopy());
        json.set("status", status.toJson());
        return json;
    }

    @Override
    public String toString() {
        return "ModuleDetails[" + name + ", " + image + ", " + status + "]";
    }
}
