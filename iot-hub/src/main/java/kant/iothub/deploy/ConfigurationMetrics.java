package kant.iothub.deploy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.iothub.error.HubRefusedException;
import kant.iothub.query.QueryException;
import kant.iothub.query.QueryParser;
import kant.iothub.sql.Database;
import kant.iothub.twin.TwinSearch;

/** Counts what became of a configuration, when asked (agent.md §10.5). */
public final class ConfigurationMetrics {
    private static final String COUNTS = """
            SELECT count(*), coalesce(sum(s.applied), 0),
              coalesce(sum(s.applied AND up_to_date AND code = 200), 0),
              coalesce(sum(s.applied AND up_to_date AND code <> 200), 0)
            FROM configuration_states s JOIN (
              SELECT t.device_id,
                json_extract(t.reported, '$.lastDesiredVersion') = t.desired_version AS up_to_date,
                json_extract(t.reported, '$.lastDesiredStatus.code') AS code
              FROM twins t WHERE t.module_id = '$edgeAgent') r ON r.device_id = s.device_id
            WHERE s.configuration_id = ?""";

    private final Database database;
    private final TwinSearch search;

    public ConfigurationMetrics(Database database, TwinSearch search) {
        this.database = database;
        this.search = search;
    }

    /**
     * Counts by their names; empty for a configuration that was only just put.
     *
     * @param custom what the configuration's own queries found
     */
    public record Results(Map<String, Long> system, Map<String, Long> custom) {
        public static final Results NONE = new Results(Map.of(), Map.of());
    }

    public Results of(Configuration configuration) throws IOException, HubRefusedException {
        Map<String, Long> custom = new LinkedHashMap<>();
        for (var metric : configuration.settings().metrics().entrySet()) {
            try {
                custom.put(metric.getKey(), search.count(QueryParser.query(metric.getValue())));
            } catch (QueryException e) {
                throw ConfigurationJson.invalid("the metrics query \"" + metric.getKey() + "\" of configuration \""
                        + configuration.id() + "\" is not understood any more: " + e.reason());
            }
        }
        return new Results(system(configuration.id()), custom);
    }

    private Map<String, Long> system(String id) throws IOException, HubRefusedException {
        return database.read(sql -> sql.one(
                        row -> {
                            Map<String, Long> counts = new LinkedHashMap<>();
                            counts.put(SystemQueries.TARGETED, row.getLong(1));
                            counts.put(SystemQueries.APPLIED, row.getLong(2));
                            counts.put(SystemQueries.SUCCESSFUL, row.getLong(3));
                            counts.put(SystemQueries.FAILED, row.getLong(4));
                            return counts;
                        },
                        COUNTS,
                        id)
                .orElse(Map.of()));
    }
}
