package kant.iothub.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    private static final String INSERT = "INSERT INTO policies VALUES (?, 'p', 's')";
    private static final String COUNT = "SELECT count(*) FROM policies";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void choose() {
        file = directory.resolve("hub.db");
    }

    @Test
    void work_that_is_refused_half_way_leaves_nothing() throws Exception {
        try (var database = Database.open(file)) {
            assertThatThrownBy(() -> database.write(sql -> {
                        sql.run(INSERT, "a");
                        throw new HubRefusedException(ErrorCode.ARGUMENT_INVALID, "no");
                    }))
                    .isInstanceOf(HubRefusedException.class);
            assertThatThrownBy(() -> database.write(sql -> {
                        sql.run(INSERT, "a");
                        return sql.run(INSERT, "a");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("hub.db");

            assertThat(database.<Long>read(sql -> sql.number(COUNT))).isZero();
        }
    }

    @Test
    void what_is_told_after_a_commit_can_be_read() throws Exception {
        try (var database = Database.open(file)) {
            List<Object> seen = new ArrayList<>();

            database.write(sql -> sql.run(INSERT, "a"), _ -> {
                try {
                    seen.add(database.<Long>read(sql -> sql.number(COUNT)));
                } catch (IOException | HubRefusedException e) {
                    seen.add(e);
                }
            });

            assertThat(seen).containsExactly(1L);
        }
    }

    @Test
    void who_waits_too_long_for_a_turn_is_told_that_the_hub_is_busy() throws Exception {
        try (var database = Database.open(file, Duration.ofMillis(50))) {
            var holding = new CountDownLatch(1);
            var refused = new CountDownLatch(1);
            var holder = Thread.ofVirtual().start(() -> hold(database, holding, refused));
            holding.await();

            assertThatThrownBy(() -> database.write(sql -> sql.run(INSERT, "b")))
                    .isInstanceOfSatisfying(
                            HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                    .hasMessageContaining("busy");
            refused.countDown();

            assertThat(holder.join(Duration.ofSeconds(10))).isTrue();
            assertThat(database.<Long>read(sql -> sql.number(COUNT))).isEqualTo(1);
        }
    }

    @Test
    void a_full_disk_refuses_the_write_and_nothing_else() throws Exception {
        try (var database = Database.open(file)) {
            database.write(sql -> sql.run(INSERT, "before"));
            database.write(sql -> sql.number("PRAGMA max_page_count = 1"));

            assertThatThrownBy(() -> database.write(sql -> sql.run(INSERT, "x".repeat(100_000))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("full");

            assertThat(database.<Long>read(sql -> sql.number(COUNT))).isEqualTo(1);
            database.write(sql -> sql.number("PRAGMA max_page_count = 100000"));
            database.write(sql -> sql.run(INSERT, "x".repeat(100_000)));
            assertThat(database.<Long>read(sql -> sql.number(COUNT))).isEqualTo(2);
        }
    }

    @Test
    void a_database_of_a_newer_program_is_left_alone() throws Exception {
        try (var database = Database.open(file)) {
            database.write(sql -> sql.run("PRAGMA user_version = 99"));
        }

        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer Kant (schema 99");
    }

    @Test
    void a_file_that_is_no_database_is_named() throws Exception {
        Files.writeString(file, "this is no database, and long enough to be taken for one ".repeat(20));

        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    private static void hold(Database database, CountDownLatch holding, CountDownLatch until) {
        try {
            database.write(sql -> sql.run(INSERT, "a"), _ -> {
                holding.countDown();
                awaitQuietly(until);
            });
        } catch (IOException | HubRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
