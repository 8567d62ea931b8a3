package kant.iothub.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import kant.iothub.json.Json;
import kant.iothub.sql.Sql;

/** What automatic deployments last wrote to each device. */
final class DeploymentTable {
    private DeploymentTable() {}

    /**
     * What was written.
     *
     * @param madeOf see {@link Selection#key}; empty where it is not in force any more
     * @param modules whose desired properties it set
     */
    record Written(String madeOf, Set<String> modules) {}

    static Written find(Sql sql, String deviceId) throws SQLException {
        return sql.one(
                        row -> new Written(row.getString("made_of"), modules(row.getString("modules"))),
                        "SELECT made_of, modules FROM deployments WHERE device_id = ?",
                        deviceId)
                .orElse(new Written("", Set.of()));
    }

    static void put(Sql sql, String deviceId, Written written) throws SQLException {
        ObjectNode modules = Json.object();
        written.modules().forEach(modules.putArray("modules")::add);
        sql.run("INSERT OR REPLACE INTO deployments VALUES (?, ?, ?)", deviceId, written.madeOf(), Json.text(modules));
    }

    private static Set<String> modules(String text) {
        Set<String> modules = new TreeSet<>();
        Json.stored(text).path("modules").forEach(module -> modules.add(module.textValue()));
        return modules;
    }
}
