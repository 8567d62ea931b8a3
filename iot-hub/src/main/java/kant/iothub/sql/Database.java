package kant.iothub.sql;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import org.sqlite.SQLiteConfig;

/**
 * One SQLite file: transactions that write come one after the other, reads run beside them on a snapshot. A commit returns
 * when it is on disk. Every call blocks, for a bounded time: who waits too long for a turn is told that the hub is busy.
 */
public final class Database implements AutoCloseable {
    private static final int READERS = 2;
    private static final Duration USUAL_WAIT = Duration.ofSeconds(10);
    private static final int CACHE_KIB = 1024;
    private static final String READ = "BEGIN DEFERRED";
    private static final String WRITE = "BEGIN IMMEDIATE";

    private final Path file;
    private final Duration longestWait;
    private final Connection writer;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final List<Connection> idleReaders = new ArrayList<>();
    private final Semaphore readers = new Semaphore(READERS, true);

    private Database(Path file, Duration longestWait, Connection writer) {
        this.file = file;
        this.longestWait = longestWait;
        this.writer = writer;
    }

    /** Opens the file, creating it and its tables where they are missing. */
    public static Database open(Path file) throws IOException {
        return open(file, USUAL_WAIT);
    }

    /** @param longestWait how long a call waits for its turn before it is told that the hub is busy */
    static Database open(Path file, Duration longestWait) throws IOException {
        try {
            var database = new Database(file, longestWait, connect(file));
            try {
                database.migrate();
                for (int i = 0; i < READERS; i++) {
                    database.idleReaders.add(connect(file));
                }
                return database;
            } catch (SQLException e) {
                database.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    /** Runs work that only reads, on one consistent snapshot. */
    public <T> T read(Work<T> work) throws IOException, HubRefusedException {
        awaitTurn(readers::tryAcquire);
        Connection reader = takeReader();
        try {
            return inTransaction(reader, READ, work);
        } catch (SQLException e) {
            throw failure(file, e);
        } finally {
            giveBack(reader);
            readers.release();
        }
    }

    /** Runs work in one transaction; an exception takes back all of it. */
    public <T> T write(Work<T> work) throws IOException, HubRefusedException {
        return write(work, _ -> {});
    }

    /**
     * Runs work in one transaction, and then, once it is on disk and before the next one may begin, tells of it: so what
     * is told comes in the order of the commits. Telling must not block.
     */
    public <T> T write(Work<T> work, Consumer<T> afterCommit) throws IOException, HubRefusedException {
        awaitTurn(writing::tryLock);
        try {
            T result = inTransaction(writer, WRITE, work);
            afterCommit.accept(result);
            return result;
        } catch (SQLException e) {
            throw failure(file, e);
        } finally {
            writing.unlock();
        }
    }

    /** Waits for a transaction under way, then closes; to be called once nobody starts new ones. */
    @Override
    public void close() throws IOException {
        writing.lock();
        try {
            for (Connection reader : idleReaders) {
                reader.close();
            }
            writer.close();
        } catch (SQLException e) {
            throw failure(file, e);
        } finally {
            writing.unlock();
        }
    }

    private static Connection connect(Path file) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setCacheSize(-CACHE_KIB);
        config.setBusyTimeout(Math.toIntExact(USUAL_WAIT.toMillis()));
        return config.createConnection("jdbc:sqlite:" + file);
    }

    private void migrate() throws SQLException {
        try {
            inTransaction(writer, WRITE, sql -> {
                Schema.migrate(sql);
                return sql;
            });
        } catch (HubRefusedException e) {
            throw new SQLException("a migration refuses nothing", e);
        }
    }

    /**
     * Transactions are begun and ended by statements of our own, not by the driver: it would not notice that SQLite itself
     * takes back a transaction that meets a full or failing disk, and run the next one outside of any.
     */
    private static <T> T inTransaction(Connection connection, String begin, Work<T> work)
            throws SQLException, HubRefusedException {
        execute(connection, begin);
        try {
            T result = work.run(new Sql(connection));
            execute(connection, "COMMIT");
            return result;
        } catch (SQLException | HubRefusedException | RuntimeException e) {
            rollback(connection, e);
            throw e;
        }
    }

    private static void rollback(Connection connection, Exception reason) {
        try {
            execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            reason.addSuppressed(e); // SQLite has done it already
        }
    }

    private static void execute(Connection connection, String statement) throws SQLException {
        try (var simple = connection.createStatement()) {
            simple.execute(statement);
        }
    }

    private void awaitTurn(Turn turn) throws IOException, HubRefusedException {
        try {
            if (!turn.tryFor(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new HubRefusedException(
                        ErrorCode.UNAVAILABLE,
                        "the hub is busy: no turn at its database within " + longestWait.toMillis() + " ms; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a turn at " + file, e);
        }
    }

    private Connection takeReader() {
        synchronized (idleReaders) {
            return idleReaders.removeLast();
        }
    }

    private void giveBack(Connection reader) {
        synchronized (idleReaders) {
            idleReaders.add(reader);
        }
    }

    private static IOException failure(Path file, SQLException e) {
        return new IOException("database " + file + ": " + e.getMessage(), e);
    }

    /** What is done within one transaction. */
    public interface Work<T> {
        T run(Sql sql) throws SQLException, HubRefusedException;
    }

    private interface Turn {
        boolean tryFor(long time, TimeUnit unit) throws InterruptedException;
    }
}
