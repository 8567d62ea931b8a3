package kant.iothub.deploy;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.DeviceTable;
import kant.iothub.registry.EvaluationQueue;
import kant.iothub.registry.Registry;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.iothub.twin.DesiredChange;
import kant.iothub.twin.Twins;
import kant.model.identity.IdentityId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a deployment to one edge device: all of it in one transaction, or nothing (agent.md §10.4). */
public final class Deployer {
    private static final Logger log = LoggerFactory.getLogger(Deployer.class);

    private final Database database;
    private final Registry registry;
    private final Twins twins;
    private final EvaluationQueue evaluations;

    public Deployer(Database database, Registry registry, Twins twins, EvaluationQueue evaluations) {
        this.database = database;
        this.registry = registry;
        this.twins = twins;
        this.evaluations = evaluations;
    }

    /**
     * Creates the modules that are missing, without keys: the device gives them some. Then replaces the desired properties of
     * every module named; modules not named stay as they are. Where the device is a target of automatic deployments, they
     * are applied again soon.
     */
    public void apply(String deviceId, ConfigurationContent content) throws IOException, HubRefusedException {
        List<DesiredChange> changes = database.write(
                sql -> {
                    if (!DeviceTable.require(sql, deviceId).edge()) {
                        throw new HubRefusedException(
                                ErrorCode.ARGUMENT_INVALID,
                                "device \"" + deviceId
                                        + "\" is not an edge device; modules can be deployed to edge devices only");
                    }
                    evaluations.noteAnew(sql, deviceId);
                    return write(sql, deviceId, content);
                },
                written -> {
                    twins.tell(written);
                    evaluations.noted();
                });
        log.atInfo()
                .addKeyValue("device", deviceId)
                .addKeyValue("modules", changes.size())
                .log("deployment applied");
    }

    /** The same within a transaction; returns the twins that are not what they were. */
    List<DesiredChange> write(Sql sql, String deviceId, ConfigurationContent content)
            throws SQLException, HubRefusedException {
        for (String module : content.modules()) {
            registry.ensureModule(sql, moduleId(deviceId, module));
        }
        return twins.replaceDesired(sql, asked(deviceId, content));
    }

    private static List<DesiredChange> asked(String deviceId, ConfigurationContent content) throws HubRefusedException {
        List<DesiredChange> asked = new ArrayList<>();
        for (var module : content.desired().entrySet()) {
            asked.add(DesiredChange.asked(moduleId(deviceId, module.getKey()), module.getValue()));
        }
        return asked;
    }

    private static IdentityId moduleId(String deviceId, String module) throws HubRefusedException {
        try {
            return IdentityId.module(deviceId, module);
        } catch (IllegalArgumentException e) {
            throw new HubRefusedException(ErrorCode.ARGUMENT_INVALID, String.valueOf(e.getMessage()));
        }
    }
}
