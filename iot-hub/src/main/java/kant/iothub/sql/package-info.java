/**
 * The embedded database: SQLite through JDBC, one writer and a few readers over a write-ahead log, every commit synced. All
 * calls block and belong on virtual threads. Start with {@link kant.iothub.sql.Database}; {@link kant.iothub.sql.Schema}
 * has the tables.
 */
@NullMarked
package kant.iothub.sql;

import org.jspecify.annotations.NullMarked;
