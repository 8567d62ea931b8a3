package kant.iothub.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements of one transaction. Valid only while {@link Database} runs the work it was given to. */
public final class Sql {
    private final Connection connection;

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** Runs a statement; returns how many rows it changed. */
    public int run(String statement, @Nullable Object... values) throws SQLException {
        try (var prepared = prepare(statement, values)) {
            return prepared.executeUpdate();
        }
    }

    /** All rows of a query that has its own LIMIT, or whose rows are bounded. */
    public <T> List<T> list(RowReader<T> reader, String query, @Nullable Object... values) throws SQLException {
        try (var prepared = prepare(query, values);
                var rows = prepared.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        }
    }

    /** The only row, or none. */
    public <T> Optional<T> one(RowReader<T> reader, String query, @Nullable Object... values) throws SQLException {
        List<T> rows = list(reader, query, values);
        if (rows.size() > 1) {
            throw new SQLException("more than one row for: " + query);
        }
        return rows.stream().findFirst();
    }

    /** The only column of the only row, a number. */
    public long number(String query, @Nullable Object... values) throws SQLException {
        return one(rows -> rows.getLong(1), query, values).orElseThrow(() -> new SQLException("no row for: " + query));
    }

    private PreparedStatement prepare(String statement, @Nullable Object... values) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement);
        try {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            return prepared;
        } catch (SQLException e) {
            prepared.close();
            throw e;
        }
    }

    /** Makes a value of the row that the result set stands on. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
