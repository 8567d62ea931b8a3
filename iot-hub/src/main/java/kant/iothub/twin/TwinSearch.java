package kant.iothub.twin;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import kant.iothub.error.HubRefusedException;
import kant.iothub.query.Field;
import kant.iothub.query.Select;
import kant.iothub.registry.Presence;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * Finds twins. All are looked at but for queries that name a device or module; a few at a time, so that a search does not
 * keep others from the database. What changes meanwhile may be seen or not.
 */
public final class TwinSearch {
    /** Twins read at once: at most 15 MB of text, usually a hundredth of that. */
    private static final int CHUNK = 200;

    /** What the states of configurations look like in the twin of {@code $edgeAgent}, see {@link ConfigurationStates}. */
    private static final String STATES = """
            CASE t.module_id WHEN '$edgeAgent' THEN (
              SELECT json_group_object(s.configuration_id,
                json_object('status', CASE s.applied WHEN 1 THEN 'Applied' ELSE 'Targeted' END))
              FROM configuration_states s WHERE s.device_id = t.device_id) ELSE '{}' END AS states""";

    private static final String DEVICES = "SELECT " + TwinRow.COLUMNS + ", d.auth_type AS proof, '{}' AS states"
            + " FROM devices d CROSS JOIN twins t ON t.device_id = d.id AND t.module_id = ''";

    private static final String MODULES = "SELECT " + TwinRow.COLUMNS + ", m.auth_type AS proof, " + STATES
            + " FROM modules m CROSS JOIN twins t ON t.device_id = m.device_id AND t.module_id = m.id"
            + " JOIN devices d ON d.id = m.device_id";

    private final Database database;
    private final Presence presence;

    public TwinSearch(Database database, Presence presence) {
        this.database = database;
        this.presence = presence;
    }

    /** The first twins behind one (null for the first of all) that a query asks for, in the order of their ids. */
    public List<TwinRow> page(Select select, @Nullable IdentityId after, int limit)
            throws IOException, HubRefusedException {
        int chunk = select.where() == null ? Math.min(limit, CHUNK) : CHUNK;
        List<TwinRow> found = new ArrayList<>();
        eachMatch(select, after, chunk, row -> {
            found.add(row);
            return found.size() < limit;
        });
        return found;
    }

    /** How many twins a query asks for. */
    public long count(Select select) throws IOException, HubRefusedException {
        var count = new AtomicLong();
        eachMatch(select, null, CHUNK, _ -> count.incrementAndGet() < select.top());
        return Math.min(count.get(), select.top());
    }

    /** Reads chunk after chunk, and goes on as long as whoever is shown the matches wants more. */
    private void eachMatch(Select select, @Nullable IdentityId after, int chunk, Predicate<TwinRow> wantsMore)
            throws IOException, HubRefusedException {
        IdentityId last = after;
        List<TwinRow> rows;
        do {
            rows = chunk(select, last, chunk);
            for (TwinRow row : rows) {
                last = row.id();
                if (select.matches(row) && !wantsMore.test(row)) {
                    return;
                }
            }
        } while (rows.size() == chunk);
    }

    /** A device's twin for a condition, in a transaction of the caller's. */
    public Optional<TwinRow> device(Sql sql, String deviceId) throws SQLException {
        return sql.one(row -> TwinRow.read(row, presence), DEVICES + " WHERE d.id = ?", deviceId);
    }

    private List<TwinRow> chunk(Select select, @Nullable IdentityId after, int limit)
            throws IOException, HubRefusedException {
        String device = select.only(Field.DEVICE_ID);
        String afterDevice = after == null ? "" : after.deviceId();
        if (select.source() == Select.Source.DEVICES) {
            return database.read(sql -> sql.list(
                    row -> TwinRow.read(row, presence),
                    DEVICES + " WHERE d.id > ? AND d.id = coalesce(?, d.id) ORDER BY d.id LIMIT ?",
                    afterDevice,
                    device,
                    limit));
        }
        String afterModule = after == null || after.moduleId() == null ? "" : after.moduleId();
        return database.read(sql -> sql.list(
                row -> TwinRow.read(row, presence),
                MODULES + " WHERE (m.device_id, m.id) > (?, ?)"
                        + " AND m.device_id = coalesce(?, m.device_id) AND m.id = coalesce(?, m.id)"
                        + " ORDER BY m.device_id, m.id LIMIT ?",
                afterDevice,
                afterModule,
                device,
                select.only(Field.MODULE_ID),
                limit));
    }
}
