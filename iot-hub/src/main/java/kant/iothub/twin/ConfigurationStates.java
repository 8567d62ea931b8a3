package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kant.iothub.json.Json;
import kant.iothub.sql.Sql;

/**
 * Which configurations a device is a target of, and whether each is part of what was deployed to it. The twin of
 * {@code $edgeAgent} shows it (agent.md §10.4).
 *
 * @param applied by configuration id: true for {@code Applied}, false for {@code Targeted}
 */
public record ConfigurationStates(SortedMap<String, Boolean> applied) {

    static final String APPLIED = "Applied";
    static final String TARGETED = "Targeted";

    public static ConfigurationStates of(Sql sql, String deviceId) throws SQLException {
        SortedMap<String, Boolean> applied = new TreeMap<>();
        sql.list(
                row -> applied.put(row.getString(1), row.getInt(2) == 1),
                "SELECT configuration_id, applied FROM configuration_states WHERE device_id = ?",
                deviceId);
        return new ConfigurationStates(applied);
    }

    /** Makes it what is known of a device. */
    public void put(Sql sql, String deviceId) throws SQLException {
        if (equals(of(sql, deviceId))) {
            return;
        }
        sql.run("DELETE FROM configuration_states WHERE device_id = ?", deviceId);
        for (Map.Entry<String, Boolean> state : applied.entrySet()) {
            sql.run(
                    "INSERT INTO configuration_states VALUES (?, ?, ?)",
                    deviceId,
                    state.getKey(),
                    state.getValue() ? 1 : 0);
        }
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        applied.forEach((id, isApplied) -> json.putObject(id).put("status", isApplied ? APPLIED : TARGETED));
        return json;
    }
}
