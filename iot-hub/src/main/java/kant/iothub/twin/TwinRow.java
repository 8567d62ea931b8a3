package kant.iothub.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import kant.iothub.json.Json;
import kant.iothub.query.Expression.Attribute;
import kant.iothub.query.TwinFields;
import kant.iothub.registry.Authentication;
import kant.iothub.registry.Presence;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * A twin for queries: documents are parsed when a query looks into them, and each once. For one thread. {@code $metadata} is
 * not among what a query can see.
 */
public final class TwinRow implements TwinFields {
    /** What {@link #read} expects; {@code proof} and {@code states} are the caller's. */
    static final String COLUMNS = """
            t.device_id, t.module_id, t.version, t.etag, t.model_id, t.tags,
            t.desired, t.desired_version, t.reported, t.reported_version,
            d.enabled, d.status_reason, d.edge, d.scope""";

    private final IdentityId id;
    private final long version;
    private final long changes;
    private final String modelId;
    private final Document tags;
    private final Section desired;
    private final Section reported;
    private final boolean enabled;
    private final @Nullable String statusReason;
    private final boolean edge;
    private final String scope;
    private final String proof;
    private final Document states;
    private final Presence presence;

    private TwinRow(ResultSet row, Presence presence) throws SQLException {
        String moduleId = row.getString("module_id");
        id = new IdentityId(row.getString("device_id"), moduleId.isEmpty() ? null : moduleId);
        version = row.getLong("version");
        changes = row.getLong("etag");
        modelId = row.getString("model_id");
        tags = new Document(row.getString("tags"));
        desired = new Section(new Document(row.getString("desired")), row.getLong("desired_version"));
        reported = new Section(new Document(row.getString("reported")), row.getLong("reported_version"));
        enabled = row.getInt("enabled") == 1;
        statusReason = row.getString("status_reason");
        edge = row.getInt("edge") == 1;
        scope = row.getString("scope");
        proof = Authentication.Type.valueOf(row.getString("proof")).text();
        states = new Document(row.getString("states"));
        this.presence = presence;
    }

    static TwinRow read(ResultSet row, Presence presence) throws SQLException {
        return new TwinRow(row, presence);
    }

    public IdentityId id() {
        return id;
    }

    public boolean edge() {
        return edge;
    }

    @Override
    public JsonNode value(Attribute attribute) {
        List<String> below = attribute.below();
        return switch (attribute.field()) {
            case DEVICE_ID -> text(id.deviceId(), below);
            case MODULE_ID -> text(id.moduleId(), below);
            case TAGS -> below(tags.tree(), below);
            case PROPERTIES -> properties(below);
            case CONFIGURATIONS -> below(states.tree(), below);
            case CAPABILITIES -> capabilities(below);
            case STATUS -> text(enabled ? "enabled" : "disabled", below);
            case STATUS_REASON -> text(statusReason, below);
            case CONNECTION_STATE -> text(presence.of(id).connected() ? "Connected" : "Disconnected", below);
            case LAST_ACTIVITY_TIME -> text(Json.time(presence.of(id).lastActivity()), below);
            case AUTHENTICATION_TYPE -> text(proof, below);
            case DEVICE_SCOPE -> text(id.isModule() || scope.isEmpty() ? null : scope, below);
            case MODEL_ID -> text(modelId, below);
            case ETAG -> text(TwinDocument.etag(changes), below);
            case VERSION -> below.isEmpty() ? new LongNode(version) : MissingNode.getInstance();
        };
    }

    private JsonNode properties(List<String> below) {
        if (below.isEmpty()) {
            ObjectNode both = Json.object();
            both.set("desired", desired.json());
            both.set("reported", reported.json());
            return both;
        }
        List<String> inside = below.subList(1, below.size());
        return switch (below.getFirst()) {
            case "desired" -> desired.value(inside);
            case "reported" -> reported.value(inside);
            default -> MissingNode.getInstance();
        };
    }

    private JsonNode capabilities(List<String> below) {
        if (id.isModule() || below.size() > 1) {
            return MissingNode.getInstance();
        }
        if (below.isEmpty()) {
            return Json.object().put("iotEdge", edge);
        }
        return below.getFirst().equalsIgnoreCase("iotEdge") ? BooleanNode.valueOf(edge) : MissingNode.getInstance();
    }

    private static JsonNode text(@Nullable String text, List<String> below) {
        return text == null || !below.isEmpty() ? MissingNode.getInstance() : new TextNode(text);
    }

    private static JsonNode below(JsonNode tree, List<String> names) {
        JsonNode at = tree;
        for (String name : names) {
            at = at.path(name);
        }
        return at;
    }

    /** Desired or reported properties. */
    private record Section(Document document, long version) {
        JsonNode value(List<String> below) {
            if (below.isEmpty()) {
                return json();
            }
            if (below.getFirst().equals("$version")) {
                return below.size() == 1 ? new LongNode(version) : MissingNode.getInstance();
            }
            return below(document.tree(), below);
        }

        ObjectNode json() {
            return document.tree().deepCopy().put("$version", version);
        }
    }

    private static final class Document {
        private final String text;
        private @Nullable ObjectNode tree;

        Document(String text) {
            this.text = text;
        }

        ObjectNode tree() {
            ObjectNode known = tree;
            if (known == null) {
                known = Json.stored(text);
                tree = known;
            }
            return known;
        }
    }
}
