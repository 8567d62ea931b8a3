package kant.iothub.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.EvaluationQueue;
import kant.iothub.registry.IfMatch;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** The verbs of configurations. Each write is on disk when it returns; devices follow in the background, see {@link Rollout}. */
public final class Configurations {
    /** As at IoT Hub (agent.md §10.2). */
    public static final int MOST = 100;

    /** So that all of them together can be listed at once; fifty modules of 5 KiB each. */
    static final int MAX_CONTENT_BYTES = 256 * 1024;

    private final Database database;
    private final EvaluationQueue evaluations;
    private final Time time;

    public Configurations(Database database, EvaluationQueue evaluations, Time time) {
        this.database = database;
        this.evaluations = evaluations;
        this.time = time;
    }

    public Configuration get(String id) throws IOException, HubRefusedException {
        return database.read(sql -> ConfigurationTable.require(sql, id));
    }

    /** The first in the order of their ids. */
    public List<Configuration> list(int limit) throws IOException, HubRefusedException {
        return database.read(sql -> ConfigurationTable.list(sql, limit));
    }

    /** Creates one, or with {@code If-Match} changes the settings of the one that is there. */
    public Configuration put(String id, IfMatch match, ObjectNode body) throws IOException, HubRefusedException {
        ConfigurationJson.checkId(id, body);
        ConfigurationSettings settings = ConfigurationSettings.parse(body);
        ObjectNode content = ConfigurationJson.modulesContent(body);
        return database.write(
                sql -> {
                    Configuration put = match instanceof IfMatch.Absent
                            ? create(sql, id, settings, content)
                            : update(sql, id, match, settings, content);
                    evaluations.noteAll(sql);
                    return put;
                },
                _ -> evaluations.noted());
    }

    /** Deletes one, whichever it is where the caller does not say. */
    public void delete(String id, IfMatch match) throws IOException, HubRefusedException {
        database.write(
                sql -> {
                    match.check(ConfigurationTable.require(sql, id).etag(), "configuration \"" + id + "\"");
                    ConfigurationTable.delete(sql, id);
                    evaluations.noteAll(sql);
                    return id;
                },
                _ -> evaluations.noted());
    }

    private Configuration create(Sql sql, String id, ConfigurationSettings settings, @Nullable ObjectNode content)
            throws SQLException, HubRefusedException {
        if (ConfigurationTable.find(sql, id).isPresent()) {
            throw new HubRefusedException(
                    ErrorCode.CONFIGURATION_EXISTS,
                    "configuration \"" + id + "\" is already there; send If-Match with its etag, or *, to update it");
        }
        if (ConfigurationTable.count(sql) >= MOST) {
            throw new HubRefusedException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "there are " + MOST + " configurations, as many as there may be; delete one first");
        }
        if (content == null) {
            throw ConfigurationJson.invalid(
                    "the body has no \"content\" with at least one module in its \"modulesContent\"");
        }
        if (Json.bytes(content).length > MAX_CONTENT_BYTES) {
            throw ConfigurationJson.invalid("\"content\" has more than " + MAX_CONTENT_BYTES
                    + " bytes; put what is large into layers of their own");
        }
        boolean base = LayeredContent.parse(content).isBase();
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        long created = Math.max(now.toEpochMilli(), ConfigurationTable.newest(sql) + 1);
        var configuration = new Configuration(id, Instant.ofEpochMilli(created), now, 1, settings, content);
        ConfigurationTable.insert(sql, configuration, base);
        return configuration;
    }

    private Configuration update(
            Sql sql, String id, IfMatch match, ConfigurationSettings settings, @Nullable ObjectNode content)
            throws SQLException, HubRefusedException {
        Configuration before = ConfigurationTable.require(sql, id);
        match.check(before.etag(), "configuration \"" + id + "\"");
        if (content != null && !SameJson.same(content, before.modulesContent())) {
            throw ConfigurationJson.invalid("the content of configuration \"" + id
                    + "\" is not what it was created with; content never changes: create another configuration");
        }
        Configuration after = before.updated(settings, time.now().truncatedTo(ChronoUnit.MILLIS));
        ConfigurationTable.update(sql, after);
        return after;
    }
}
