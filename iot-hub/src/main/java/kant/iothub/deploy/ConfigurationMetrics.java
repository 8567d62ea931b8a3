package kant.iothub.deploy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
        return of(List.of(configuration)).getFirst();
    }

    /** Of several, in their order; a query that more than one of them has is counted once. */
    public List<Results> of(List<Configuration> configurations) throws IOException, HubRefusedException {
        Map<String, Long> counted = new HashMap<>();
        List<Results> results = new ArrayList<>();
        for (Configuration configuration : configurations) {
            Map<String, Long> custom = new LinkedHashMap<>();
            for (var metric : configuration.settings().metrics().entrySet()) {
                Long known = counted.get(metric.getValue());
                long count = known == null ? count(configuration.id(), metric.getKey(), metric.getValue()) : known;
                counted.put(metric.getValue(), count);
                custom.put(metric.getKey(), count);
            }
            results.add(new Results(system(configuration.id()), custom));
        }
        return results;
    }

    private long count(String id, String metric, String query) throws IOException, HubRefusedException {
        try {
            return search.count(QueryParser.query(query));
        } catch (QueryException e) {
            throw ConfigurationJson.invalid("the metrics query \"" + metric + "\" of configuration \"" + id
                    + "\" is not understood any more: " + e.reason());
        }
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
