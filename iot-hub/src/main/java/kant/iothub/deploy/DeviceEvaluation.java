package kant.iothub.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.iothub.deploy.DeploymentTable.Written;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.ModuleTable;
import kant.iothub.sql.Sql;
import kant.iothub.twin.DesiredChange;
import kant.iothub.twin.TwinRow;
import kant.iothub.twin.TwinSearch;
import kant.model.identity.IdentityId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings devices to what the configurations say, within one transaction; knows the configurations as they are in it. */
final class DeviceEvaluation {
    private static final Logger log = LoggerFactory.getLogger(DeviceEvaluation.class);

    private final Sql sql;
    private final TwinSearch search;
    private final Deployer deployer;
    private final List<Candidate> candidates;
    private final Map<String, LayeredContent> contents = new HashMap<>();
    private final Map<String, ConfigurationContent> merged = new HashMap<>();

    DeviceEvaluation(Sql sql, TwinSearch search, Deployer deployer, List<Candidate> candidates) {
        this.sql = sql;
        this.search = search;
        this.deployer = deployer;
        this.candidates = candidates;
    }

    /**
     * Evaluates one device; returns the twins that are not what they were.
     *
     * @param anew whether to write what should be there even if it has been written before
     */
    List<DesiredChange> evaluate(String deviceId, boolean anew) throws SQLException {
        Optional<TwinRow> device = search.device(sql, deviceId);
        if (device.isEmpty() || !device.get().edge()) {
            return List.of();
        }
        Selection selection = Selection.of(candidates.stream()
                .filter(candidate -> candidate.target().matches(device.get()))
                .toList());
        Written before = DeploymentTable.find(sql, deviceId);
        if (selection.applied().isEmpty()) {
            letGo(deviceId, before);
        } else if (anew || !selection.key().equals(before.madeOf())) {
            return deploy(deviceId, selection, before);
        }
        selection.states().put(sql, deviceId);
        return List.of();
    }

    /** What was written stays; but it has to be written anew when there is a base again. */
    private void letGo(String deviceId, Written before) throws SQLException {
        if (!before.madeOf().isEmpty()) {
            DeploymentTable.put(sql, deviceId, new Written("", before.modules()));
        }
    }

    /** All of it or nothing: what one device cannot take must not keep the others from theirs. */
    private List<DesiredChange> deploy(String deviceId, Selection selection, Written before) throws SQLException {
        sql.run("SAVEPOINT device");
        try {
            ConfigurationContent content = merged(selection);
            List<DesiredChange> changes =
                    deployer.write(sql, deviceId, content.and(emptied(deviceId, content, before)));
            DeploymentTable.put(
                    sql,
                    deviceId,
                    new Written(selection.key(), content.desired().keySet()));
            selection.states().put(sql, deviceId);
            return changes;
        } catch (HubRefusedException e) {
            sql.run("ROLLBACK TO device");
            selection.statesOfNoneApplied().put(sql, deviceId);
            log.atWarn()
                    .addKeyValue("device", deviceId)
                    .addKeyValue("configurations", selection.key().replace("\n", ", "))
                    .addKeyValue("reason", e.reason())
                    .log("a deployment cannot be applied; the device keeps what it has");
            return List.of();
        } finally {
            sql.run("RELEASE device");
        }
    }

    private ConfigurationContent merged(Selection selection) throws SQLException, HubRefusedException {
        ConfigurationContent known = merged.get(selection.key());
        if (known != null) {
            return known;
        }
        Map<String, ObjectNode> desired = new LinkedHashMap<>();
        for (Candidate candidate : selection.applied()) {
            content(candidate).putOn(desired);
        }
        var content = new ConfigurationContent(desired);
        merged.put(selection.key(), content);
        return content;
    }

    private LayeredContent content(Candidate candidate) throws SQLException, HubRefusedException {
        LayeredContent known = contents.get(candidate.id());
        if (known == null) {
            known = LayeredContent.parse(
                    ConfigurationTable.require(sql, candidate.id()).modulesContent());
            contents.put(candidate.id(), known);
        }
        return known;
    }

    /** Modules that a layer has named, and no layer does any more, keep nothing of it. */
    private Map<String, ObjectNode> emptied(String deviceId, ConfigurationContent content, Written before)
            throws SQLException {
        Map<String, ObjectNode> emptied = new LinkedHashMap<>();
        for (String module : before.modules()) {
            boolean there =
                    ModuleTable.find(sql, IdentityId.module(deviceId, module)).isPresent();
            if (there && !content.desired().containsKey(module)) {
                emptied.put(module, Json.object());
            }
        }
        return emptied;
    }
}
