package kant.iothub.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.sql.Sql;
import org.jspecify.annotations.Nullable;

/** The rows of configurations; there are at most {@link Configurations#MOST}. */
final class ConfigurationTable {
    private ConfigurationTable() {}

    static Optional<Configuration> find(Sql sql, String id) throws SQLException {
        return sql.one(ConfigurationTable::configuration, "SELECT * FROM configurations WHERE id = ?", id);
    }

    static Configuration require(Sql sql, String id) throws SQLException, HubRefusedException {
        return find(sql, id)
                .orElseThrow(() -> new HubRefusedException(
                        ErrorCode.CONFIGURATION_NOT_FOUND, "there is no configuration \"" + id + "\""));
    }

    static List<Configuration> list(Sql sql, int limit) throws SQLException {
        return sql.list(ConfigurationTable::configuration, "SELECT * FROM configurations ORDER BY id LIMIT ?", limit);
    }

    static long count(Sql sql) throws SQLException {
        return sql.number("SELECT count(*) FROM configurations");
    }

    /** When the newest was created, in milliseconds; 0 where there is none. */
    static long newest(Sql sql) throws SQLException {
        return sql.number("SELECT coalesce(max(created), 0) FROM configurations");
    }

    static void insert(Sql sql, Configuration configuration, boolean base) throws SQLException {
        sql.run(
                "INSERT INTO configurations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                configuration.id(),
                configuration.created().toEpochMilli(),
                configuration.updated().toEpochMilli(),
                configuration.version(),
                configuration.settings().priority(),
                configuration.settings().targetCondition(),
                base ? 1 : 0,
                details(configuration.settings()),
                Json.text(configuration.modulesContent()));
    }

    static void update(Sql sql, Configuration configuration) throws SQLException {
        sql.run(
                """
                UPDATE configurations SET updated = ?, version = ?, priority = ?, target_condition = ?, details = ?
                WHERE id = ?""",
                configuration.updated().toEpochMilli(),
                configuration.version(),
                configuration.settings().priority(),
                configuration.settings().targetCondition(),
                details(configuration.settings()),
                configuration.id());
    }

    static void delete(Sql sql, String id) throws SQLException {
        sql.run("DELETE FROM configurations WHERE id = ?", id);
    }

    /** All of them as far as a choice among them needs it. */
    static List<Candidate.Row> candidates(Sql sql) throws SQLException {
        return sql.list(
                row -> new Candidate.Row(
                        row.getString("id"),
                        row.getLong("created"),
                        row.getInt("priority"),
                        row.getInt("base") == 1,
                        row.getString("target_condition")),
                "SELECT id, created, priority, base, target_condition FROM configurations");
    }

    private static String details(ConfigurationSettings settings) {
        ObjectNode details =
                Json.object().put("schemaVersion", settings.schemaVersion()).put("contentType", settings.contentType());
        settings.labels().forEach(details.putObject("labels")::put);
        settings.metrics().forEach(details.putObject("metrics")::put);
        return Json.text(details);
    }

    private static Configuration configuration(ResultSet row) throws SQLException {
        ObjectNode details = Json.stored(row.getString("details"));
        return new Configuration(
                row.getString("id"),
                Instant.ofEpochMilli(row.getLong("created")),
                Instant.ofEpochMilli(row.getLong("updated")),
                row.getLong("version"),
                new ConfigurationSettings(
                        text(details, "schemaVersion"),
                        text(details, "contentType"),
                        texts(details, "labels"),
                        row.getInt("priority"),
                        row.getString("target_condition"),
                        texts(details, "metrics")),
                Json.stored(row.getString("content")));
    }

    private static @Nullable String text(ObjectNode details, String name) {
        return details.path(name).textValue();
    }

    private static Map<String, String> texts(ObjectNode details, String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        details.path(name)
                .properties()
                .forEach(text -> texts.put(text.getKey(), text.getValue().textValue()));
        return texts;
    }
}
